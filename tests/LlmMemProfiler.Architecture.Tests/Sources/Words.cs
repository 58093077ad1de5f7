using System.Text.RegularExpressions;

namespace LlmMemProfiler.Architecture.Tests.Sources;

/// <summary>The words for a workload's choices and for devices, and the files that may know them.</summary>
internal static partial class Words
{
    /// <summary>Each type with the words for its values.</summary>
    public static IReadOnlyDictionary<string, string[]> OfTypes { get; } = new Dictionary<string, string[]>
    {
        ["DataType"] = ["fp16", "bf16", "fp32", "int8"],
        ["CachePolicy"] = ["concat", "paged", "preallocated"],
        ["AttentionKernel"] = ["fused", "math"],
        ["LogitsFor"] = ["last", "all"],
        ["DeviceKind"] = ["cpu", "cuda", "virtual"],
        ["the cache's type, where it is the arithmetic's"] = ["same"],
    };

    /// <summary>The files that write words down, from the folder src; all other words are made of an enum's members.</summary>
    public static IReadOnlyList<string> Tables { get; } =
    [
        "LlmMemProfiler.Core/Units/DataType.cs",
        "LlmMemProfiler.Core/Models/CacheTypes.cs",
    ];

    /// <summary>The same letters with another meaning, and which.</summary>
    private static readonly Dictionary<(string File, string Word), string> Others = new()
    {
        [("LlmMemProfiler.Calibration/Accuracy/AccuracyTable.cs", "all")] = "the title of the row over all points",
        [("LlmMemProfiler.Core/Overheads/OverheadTable.cs", "cuda")] = "the column with CUDA's version",
        [("LlmMemProfiler.Harness/Templates/Functions/SequenceFilters.cs", "last")] = "Jinja's name of a filter",
        [("LlmMemProfiler.Harness/Templates/Nodes/Loop.cs", "last")] = "Jinja's name for a loop's last turn",
        [("LlmMemProfiler.VirtualGpu/SharedObjects/Interface.cs", "cuda")] = "what the names of its functions begin with",
    };

    private static readonly HashSet<string> All = [.. OfTypes.Values.SelectMany(words => words)];

    /// <summary>Strings that are such a word, and mean the choice or the device.</summary>
    public static IEnumerable<(SourceFile File, StringLiteral Literal)> Literals() => SourceFile.All
        .SelectMany(file => file.Literals.Where(l => All.Contains(l.Text) && !Others.ContainsKey((file.Path, l.Text))).Select(l => (file, l)));

    /// <summary>True for a word that something is compared with.</summary>
    public static bool IsCompared(string code, StringLiteral literal)
    {
        var (before, after) = (code[..literal.Start], code[literal.End..]);
        return ComparedBefore().IsMatch(before) || ComparedAfter().IsMatch(after) || (before.EndsWith('[') && after.StartsWith(']'));
    }

    [GeneratedRegex(@"(==|!=|\b(is|not|case|or)|=>|\bEquals\s*\((\w+,)?)\s*\(?$", RegexOptions.RightToLeft)]
    private static partial Regex ComparedBefore();

    [GeneratedRegex(@"^\s*(==|!=|=>|\bor\b)")]
    private static partial Regex ComparedAfter();
}
