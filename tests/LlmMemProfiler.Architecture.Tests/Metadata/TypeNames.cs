using System.Reflection.Metadata;

namespace LlmMemProfiler.Architecture.Tests.Metadata;

/// <summary>Full names of types, nested ones as <c>Outer+Inner</c>.</summary>
internal static class TypeNames
{
    public static string Of(MetadataReader reader, TypeDefinitionHandle handle)
    {
        var type = reader.GetTypeDefinition(handle);
        var name = reader.GetString(type.Name);
        return type.IsNested ? $"{Of(reader, type.GetDeclaringType())}+{name}" : Joined(reader.GetString(type.Namespace), name);
    }

    public static string Of(MetadataReader reader, TypeReferenceHandle handle)
    {
        var type = reader.GetTypeReference(handle);
        var name = reader.GetString(type.Name);
        return type.ResolutionScope.Kind == HandleKind.TypeReference
            ? $"{Of(reader, (TypeReferenceHandle)type.ResolutionScope)}+{name}"
            : Joined(reader.GetString(type.Namespace), name);
    }

    /// <summary>The type that a nested one, or one that the compiler made for a lambda or an iterator, was written in.</summary>
    public static string Outermost(string name) => name.Split('+')[0];

    public static string Namespace(string name)
    {
        var outermost = Outermost(name);
        return outermost.LastIndexOf('.') is > 0 and var dot ? outermost[..dot] : "(global)";
    }

    /// <summary>Without namespace, declaring type and number of generic parameters.</summary>
    public static string Simple(string name) => name[(name.LastIndexOfAny(['.', '+']) + 1)..].Split('`')[0];

    private static string Joined(string space, string name) => space.Length == 0 ? name : $"{space}.{name}";
}
