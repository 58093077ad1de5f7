using LlmMemProfiler.Architecture.Tests.Metadata;

namespace LlmMemProfiler.Architecture.Tests;

/// <summary>The seven assemblies of the program.</summary>
internal static class Product
{
    private const string Prefix = "LlmMemProfiler.";

    private static readonly string[] Files = ["Core", "Calibration", "Reports", "Device", "VirtualGpu", "Harness", "llmmem"];

    public static IReadOnlyDictionary<string, ProductAssembly> Assemblies { get; } = Files.ToDictionary(
        name => name == "llmmem" ? "Cli" : name,
        name => new ProductAssembly(Path.Combine(AppContext.BaseDirectory, (name == "llmmem" ? name : Prefix + name) + ".dll")));

    /// <summary>Everything that the assemblies' types name, types of the product and others.</summary>
    public static IReadOnlyList<Reference> References { get; } = [.. Assemblies.Values.SelectMany(a => new TypeReferences(a).All()).Distinct()];

    /// <summary>True for what someone wrote here, nested in it or made for it; what a generator put into a namespace of its own is left out.</summary>
    public static bool IsOwn(string type) => type.StartsWith(Prefix, StringComparison.Ordinal) || TypeNames.Outermost(type) == "Program";
}
