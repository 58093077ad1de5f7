using System.Reflection;
using System.Reflection.Metadata;
using LlmMemProfiler.Architecture.Tests.Metadata;

namespace LlmMemProfiler.Architecture.Tests.Use;

internal static class Constants
{
    /// <summary>Simple names of an assembly's constants; values of enumerations are none.</summary>
    public static IEnumerable<string> Of(ProductAssembly assembly)
    {
        var reader = assembly.Reader;
        return reader.TypeDefinitions
            .Where(type => Product.IsOwn(TypeNames.Of(reader, type)))
            .Select(reader.GetTypeDefinition)
            .Where(type => !reader.Attributes(type.GetCustomAttributes()).Contains("GeneratedCodeAttribute"))
            .SelectMany(type => type.GetFields())
            .Select(reader.GetFieldDefinition)
            .Where(field => field.Attributes.HasFlag(FieldAttributes.Literal) && !IsValue(reader, field))
            .Select(field => reader.GetString(field.Name));
    }

    /// <summary>A value of an enumeration is of the type that it is in.</summary>
    private static bool IsValue(MetadataReader reader, FieldDefinition field) =>
        field.DecodeSignature(new Signatures(), null) == TypeNames.Of(reader, field.GetDeclaringType());
}
