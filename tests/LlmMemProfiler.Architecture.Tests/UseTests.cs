using LlmMemProfiler.Architecture.Tests.Sources;
using LlmMemProfiler.Architecture.Tests.Use;

namespace LlmMemProfiler.Architecture.Tests;

public class UseTests
{
    /// <summary>What is kept although only tests name it, and why.</summary>
    private static readonly Dictionary<string, string> Kept = new()
    {
        ["LlmMemProfiler.Calibration.Accuracy.EvidenceClaims.WorseThan"] = "what claims are for: tests hold committed evidence to claims.json",
        ["LlmMemProfiler.Core.Allocation.Caching.MappedSegment.get_Address"] = "compared with the naive allocator",
    };

    [Fact]
    public void What_only_tests_use_is_not_in_the_program() =>
        Findings.None(Uses.Missing().Select(definition => definition.ToString()).Where(name => !Kept.ContainsKey(name) && !IsFound(name)));

    [Fact]
    public void What_is_kept_for_tests_is_used_by_nothing_else() =>
        Findings.None(Kept.Keys.Except(Uses.Missing().Select(definition => definition.ToString())));

    /// <summary>Families of models are found by ModelFamily.All, and named nowhere.</summary>
    private static bool IsFound(string name) =>
        name.StartsWith("LlmMemProfiler.Core.Models.Families.", StringComparison.Ordinal)
        && name.Replace("..ctor", "", StringComparison.Ordinal).EndsWith("Family", StringComparison.Ordinal);

    /// <summary>The compiler copies their values: only the source has their names.</summary>
    [Fact]
    public void A_constant_is_named_where_it_is_used()
    {
        var words = SourceFile.All.SelectMany(file => file.Words()).CountBy(word => word).ToDictionary();

        Findings.None(Product.Assemblies.Values.SelectMany(Constants.Of).Where(name => words.GetValueOrDefault(name) < 2));
    }
}
