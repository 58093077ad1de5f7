using System.Reflection;
using System.Reflection.Metadata;
using LlmMemProfiler.Architecture.Tests.Metadata;

namespace LlmMemProfiler.Architecture.Tests.Use;

/// <summary>Everything in an assembly that is there to be named by other code.</summary>
internal sealed class Definitions(ProductAssembly assembly)
{
    private readonly MetadataReader reader = assembly.Reader;

    /// <summary>The types that native functions take or return: what their fields are is not ours to choose.</summary>
    private readonly HashSet<string> native = [.. assembly.Reader.MethodDefinitions
        .Select(assembly.Reader.GetMethodDefinition)
        .Where(m => m.Attributes.HasFlag(MethodAttributes.PinvokeImpl))
        .SelectMany(m => Native(assembly.Reader, m))];

    public IEnumerable<Definition> All() => reader.TypeDefinitions.SelectMany(Of);

    private IEnumerable<Definition> Of(TypeDefinitionHandle handle)
    {
        var (name, type) = (TypeNames.Of(reader, handle), reader.GetTypeDefinition(handle));
        if (!Product.IsOwn(name) || !IsWritten(name) || name == "Program" || IsDelegate(type) || IsGenerated(type))
            return [];
        var methods = type.GetMethods().Where(m => IsNamed(name, m)).Select(m => Members.Of(reader, reader.GetMethodDefinition(m)));
        var fields = type.GetFields().Select(reader.GetFieldDefinition)
            .Where(f => (f.Attributes & (FieldAttributes.Literal | FieldAttributes.SpecialName)) == 0)
            .Select(f => reader.GetString(f.Name))
            .Where(field => IsWritten(field) && !native.Contains(name));
        // Of a class of constants nothing is left in the code that uses them; native code names functions, not the class that they are in.
        var members = methods.Concat(fields).ToList();
        return (type.GetMethods().Count == 0 || type.GetMethods().Any(IsCalledFromOutside) ? members : members.Prepend("")).Select(member => new Definition(name, member));
    }

    private bool IsNamed(string type, MethodDefinitionHandle handle)
    {
        var method = reader.GetMethodDefinition(handle);
        var name = reader.GetString(method.Name);
        return IsWritten(name)
            && name != ".cctor"
            // Exceptions have the constructors that all exceptions have.
            && (name != ".ctor" || !type.EndsWith("Exception", StringComparison.Ordinal))
            && !reader.IsOfRecord(method)
            && !reader.IsCalledByOtherName(handle)
            && !IsCalledFromOutside(handle)
            && !IsInitOfParameter(method, name);
    }

    private bool IsCalledFromOutside(MethodDefinitionHandle handle) =>
        reader.Attributes(reader.GetMethodDefinition(handle).GetCustomAttributes()).Contains("UnmanagedCallersOnlyAttribute");

    /// <summary>A positional record's property is set by the constructor; that it could be set by 'with' too is the language's.</summary>
    private bool IsInitOfParameter(MethodDefinition setter, string name) =>
        name.StartsWith("set_", StringComparison.Ordinal)
        && reader.GetTypeDefinition(setter.GetDeclaringType()).GetMethods().Select(reader.GetMethodDefinition)
            .Where(m => reader.StringComparer.Equals(m.Name, ".ctor"))
            .SelectMany(m => m.GetParameters())
            .Any(p => reader.StringComparer.Equals(reader.GetParameter(p).Name, name[4..]));

    private bool IsDelegate(TypeDefinition type) =>
        type.BaseType.Kind == HandleKind.TypeReference
        && !type.BaseType.IsNil
        && TypeNames.Of(reader, (TypeReferenceHandle)type.BaseType) == "System.MulticastDelegate";

    private bool IsGenerated(TypeDefinition type) => reader.Attributes(type.GetCustomAttributes()).Contains("GeneratedCodeAttribute");

    private static List<string> Native(MetadataReader reader, MethodDefinition method)
    {
        var types = new Signatures();
        method.DecodeSignature(types, null);
        return types.Types;
    }

    /// <summary>The compiler's names have what no name in a source may have.</summary>
    private static bool IsWritten(string name) => !name.Contains('<');
}
