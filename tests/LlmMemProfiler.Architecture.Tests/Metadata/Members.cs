using System.Reflection.Metadata;

namespace LlmMemProfiler.Architecture.Tests.Metadata;

/// <summary>Names of methods and fields, the same for a definition and for a reference to it.</summary>
internal static class Members
{
    public static string Of(MetadataReader reader, MethodDefinition method) => Method(reader, method.Name, method.DecodeSignature(new Signatures(), null));

    /// <summary>The method or field that a reference means.</summary>
    public static string Of(MetadataReader reader, MemberReference member) => member.GetKind() == MemberReferenceKind.Field
        ? reader.GetString(member.Name)
        : Method(reader, member.Name, member.DecodeMethodSignature(new Signatures(), null));

    /// <summary>A name without its parameters.</summary>
    public static string Simple(string member) => member.Split(['`', '('])[0];

    private static string Method(MetadataReader reader, StringHandle name, MethodSignature<string> signature) =>
        $"{reader.GetString(name)}`{signature.GenericParameterCount}({string.Join(",", signature.ParameterTypes)}){signature.ReturnType}";
}
