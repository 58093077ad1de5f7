using System.Reflection;
using System.Reflection.Metadata;

namespace LlmMemProfiler.Architecture.Tests.Metadata;

/// <summary>What kind of thing a definition is.</summary>
internal static class Traits
{
    private static readonly HashSet<string> OfRecords =
    [
        "Equals", "GetHashCode", "ToString", "Deconstruct", "PrintMembers", "<Clone>$", "op_Equality", "op_Inequality", "get_EqualityContract", ".ctor",
    ];

    /// <summary>Simple names of the attributes, which need not be resolved.</summary>
    public static IEnumerable<string> Attributes(this MetadataReader reader, CustomAttributeHandleCollection attributes) => attributes
        .Select(a => reader.GetCustomAttribute(a).Constructor)
        .Select(constructor => constructor.Kind == HandleKind.MethodDefinition
            ? TypeNames.Of(reader, reader.GetMethodDefinition((MethodDefinitionHandle)constructor).GetDeclaringType())
            : reader.GetMemberReference((MemberReferenceHandle)constructor).Parent is { Kind: HandleKind.TypeReference } type
                ? TypeNames.Of(reader, (TypeReferenceHandle)type)
                : "")
        .Select(TypeNames.Simple);

    /// <summary>True for what the compiler adds to a record: it names each property, and is no use of it.</summary>
    public static bool IsOfRecord(this MetadataReader reader, MethodDefinition method) =>
        OfRecords.Contains(reader.GetString(method.Name))
        && reader.Attributes(method.GetCustomAttributes()).Contains("CompilerGeneratedAttribute");

    /// <summary>True for a method that others call by another's name: an override, or what implements an interface.</summary>
    public static bool IsCalledByOtherName(this MetadataReader reader, MethodDefinitionHandle handle)
    {
        var method = reader.GetMethodDefinition(handle);
        return (method.Attributes.HasFlag(MethodAttributes.Virtual)
                && (method.Attributes.HasFlag(MethodAttributes.Final) || !method.Attributes.HasFlag(MethodAttributes.NewSlot)))
            || reader.GetTypeDefinition(method.GetDeclaringType()).GetMethodImplementations()
                .Any(i => reader.GetMethodImplementation(i).MethodBody == (EntityHandle)handle);
    }
}
