using System.Reflection;
using LlmMemProfiler.Architecture.Tests.Metadata;

namespace LlmMemProfiler.Architecture.Tests;

/// <summary>The names that someone gave to the product's types and namespaces.</summary>
internal static class Names
{
    /// <summary>Full names of the types that are seen outside the one they are nested in, if they are in one.</summary>
    public static IEnumerable<string> Types() => Product.Assemblies.Values.SelectMany(Types).Where(Product.IsOwn);

    public static IEnumerable<string> Namespaces() => Types().Select(TypeNames.Namespace).Distinct();

    private static IEnumerable<string> Types(ProductAssembly assembly) => assembly.Reader.TypeDefinitions
        .Where(handle => (assembly.Reader.GetTypeDefinition(handle).Attributes & TypeAttributes.VisibilityMask) != TypeAttributes.NestedPrivate)
        .Select(handle => TypeNames.Of(assembly.Reader, handle))
        .Where(name => !name.Contains('<'));
}
