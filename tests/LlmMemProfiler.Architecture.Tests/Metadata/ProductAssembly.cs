using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace LlmMemProfiler.Architecture.Tests.Metadata;

/// <summary>An assembly, read without being loaded: what it refers to need not be there.</summary>
internal sealed class ProductAssembly : IDisposable
{
    private readonly PEReader file;

    public ProductAssembly(string path)
    {
        file = new(File.OpenRead(path), PEStreamOptions.PrefetchEntireImage);
        Reader = file.GetMetadataReader();
        Name = Reader.GetString(Reader.GetAssemblyDefinition().Name);
        References = [.. Reader.AssemblyReferences.Select(r => Reader.GetString(Reader.GetAssemblyReference(r).Name))];
        Types = [.. Reader.TypeDefinitions.Select(t => TypeNames.Of(Reader, t))];
    }

    public string Name { get; }

    public MetadataReader Reader { get; }

    /// <summary>Names of the assemblies that it refers to itself.</summary>
    public IReadOnlyList<string> References { get; }

    /// <summary>Full names of all its types, generated ones too.</summary>
    public IReadOnlyList<string> Types { get; }

    /// <summary>True if it has machine code beside what the compiler of C# made.</summary>
    public bool IsCompiledAhead => file.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0;

    public MethodBodyBlock? Body(MethodDefinition method) =>
        method.RelativeVirtualAddress == 0 ? null : file.GetMethodBody(method.RelativeVirtualAddress);

    public void Dispose() => file.Dispose();
}
