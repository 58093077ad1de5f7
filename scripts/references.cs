// dotnet run scripts/references.cs -- FOLDER PROGRAM
//
// Says which assemblies the types that a program's assemblies refer to lie in, but are not in its folder: what a bundle must not leave
// out. A type may be forwarded: what counts is where it is at last, not which assemblies' lists name it.
#:property RestorePackagesWithLockFile=false
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

var (folder, program) = (args[0], args[1]);
var assemblies = Directory.GetFiles(folder, "*.dll").ToDictionary(path => Path.GetFileNameWithoutExtension(path)!, Assembly.Read);
var reached = new HashSet<string> { program };
var missing = new SortedDictionary<string, string>(StringComparer.Ordinal);
var waiting = new Queue<string>(reached);
while (waiting.TryDequeue(out var name))
{
    foreach (var (said, type) in assemblies[name].References)
    {
        // Both are loaded: the assembly that is named, and the one that has the type.
        foreach (var home in (string[])[said, Home(said, type)])
        {
            if (!assemblies.ContainsKey(home))
                missing.TryAdd(home, $"{name} refers to {type}");
            else if (reached.Add(home))
                waiting.Enqueue(home);
        }
    }
}
foreach (var (name, why) in missing)
    Console.Error.WriteLine($"{name}.dll is not in {folder}: {why}");
return missing.Count == 0 ? 0 : 1;

string Home(string assembly, string type)
{
    while (assemblies.TryGetValue(assembly, out var found) && found.Forwards.TryGetValue(type, out var next))
        assembly = next;
    return assembly;
}

/// <summary>What an assembly refers to, and where types are that it had once.</summary>
/// <param name="References">Assembly and full name of each type.</param>
/// <param name="Forwards">Assembly by full name.</param>
internal sealed record Assembly(IReadOnlyList<(string Assembly, string Type)> References, IReadOnlyDictionary<string, string> Forwards)
{
    public static Assembly Read(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        if (!file.HasMetadata)
            return new([], new Dictionary<string, string>());
        var data = file.GetMetadataReader();
        var references =
            from handle in data.TypeReferences
            let type = data.GetTypeReference(handle)
            where type.ResolutionScope.Kind == HandleKind.AssemblyReference
            select (Name((AssemblyReferenceHandle)type.ResolutionScope), FullName(type.Namespace, type.Name));
        var forwards =
            from handle in data.ExportedTypes
            let type = data.GetExportedType(handle)
            where type.Implementation.Kind == HandleKind.AssemblyReference
            select (FullName(type.Namespace, type.Name), Name((AssemblyReferenceHandle)type.Implementation));
        return new([.. references], forwards.ToDictionary());

        string Name(AssemblyReferenceHandle handle) => data.GetString(data.GetAssemblyReference(handle).Name);
        string FullName(StringHandle space, StringHandle name) => $"{data.GetString(space)}.{data.GetString(name)}";
    }
}
