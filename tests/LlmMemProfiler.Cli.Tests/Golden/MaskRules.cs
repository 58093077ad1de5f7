using System.Text.RegularExpressions;

namespace LlmMemProfiler.Cli.Tests.Golden;

/// <summary>What is masked in a text for people.</summary>
internal sealed record MaskRule(string Pattern, string Replacement)
{
    public string Apply(string text) => Regex.Replace(text, Pattern, Replacement, RegexOptions.Multiline);
}

internal static class MaskRules
{
    private const string Size = @"-?[0-9.]+ [KMG]?i?B";

    /// <summary>Rows of the table below these words follow the process's size in their widths.</summary>
    private const string InProcessTable = @"(?<=The whole process, at its peak[^╰]*(╰.*)?)";

    private const string InMachineTable = @"(?<=^(Device total|By part)[^╰]*(╰.*)?)";

    public static IReadOnlyList<MaskRule> Always { get; } =
    [
        // The commit that was built.
        new(@"\b(\d+\.\d+\.\d+)\+[0-9a-f]{40}", "$1+#"),
        // How old a profile is by now, and whether it is of the machine that the tests run on.
        new(@"\((built in|installed)(, this machine)?, \d+ days? old\)", "($1, # old)"),
        new(@"^( *""here""): (true|false)", "$1: #"),
        // A type's name that .NET's own message tells, and the random letters in the name of a file that is not whole yet.
        new(@"'LlmMemProfiler\.[\w.]+'", "'#'"),
        new(@"\.[a-z0-9]{8}\.part\b", ".#.part"),
    ];

    public static IReadOnlyList<MaskRule> Measured { get; } =
    [
        new(@"^on [^()]+(\(R\)|\(TM\)|[^()])*\(cpu\)", "on # (cpu)"),
        new(@"(100\.0 %) .*$", "$1  #"),
        new(@"loaded in [^,]*, prefill in [^,]*, decode\s+at\s+[0-9.]+\s+tokens/s,", "loaded in # s, prefill in # s, decode at # tokens/s,"),
        new(@", \d+\s+late\s+frees", ""),
        new(@"^busy machine:[\s\S]*?relied\s+on *\r?\n", ""),
        new($@"against\s+{Size}(\s+without\s+the\s+profiler)?:(\s+[+-][0-9,]+\s+B\s+\([^)]*\)| .*$)", "against #"),
        new($@"{InProcessTable}─+", "─"),
        new($@"{InProcessTable} +", " "),
        new($@"{InProcessTable}^│ (slack|context|modules|profiler|residual|cpu total) .*$", "│ $1 │ # │ # │"),
        new($@"^pages of files, such as libtorch's: {Size}", "pages of files, such as libtorch's: #"),
        // A sweep: the device's peak, the time left, how long it took, and the room on this machine.
        new(@"^( *\d+/\d+  .*)  [\d:]+ elapsed(  [\d:]+ left)?", "$1"),
        new($@"^( *\d+/\d+  ok .*?)  {Size}$", "$1  #"),
        new(@"\babout [\d.]+ (s|min|h)\b", "about #"),
        new(@" in [0-9.]+ s$", " in # s"),
        new($@"but only {Size} is available", "but only # is available"),
        new($@"available:\s+{Size}\s+on", "available: # on"),
        new(@"│ (yes|no ) │", "│ #   │"),
        // A validation of what was measured here.
        new($@"{InMachineTable}─+", "─"),
        new($@"{InMachineTable} +", " "),
        new($@"{InMachineTable}[+-]?[0-9.]+ %", "#"),
        new($@"{InMachineTable}(?<=│ (overhead|context|modules|profiler|residual|slack) [^\n]*)│ {Size}", "│ #"),
        // The doctor's findings, as wide as the longest; where there is a driver, others follow.
        new(@"(?<=^╭[^╰]*│ program [^╰]*)│ NVIDIA driver .*\n(│.*\n)*", "│ … │\n"),
        new(@"(?<=\A╭[^╰]*(╰.*)?)(?=[\s\S]*[Rr]eady: )─+", "─"),
        new(@"^│ (.*?) +│ (ok|–|FAILED) +│ .*$", "│ $1 │ $2 │ # │"),
    ];

    public static IReadOnlyList<MaskRule> Scratch { get; } =
    [
        new(@"(kernels'\s+scratch\s+included: ).*$", "$1#"),
        new(@"^trace: [\s\S]*?included$", "trace: #"),
        new(@"\(allocated peak in [^)]*\)?[^)]*\)", "(allocated peak in #)"),
        new($@"{InProcessTable}^│ (weights|kv_cache|activations|logits|inputs|workspace) .*$", "│ $1 │ # │ # │"),
        new(@"[0-9,]+\s+allocations\s+and\s+frees\s+seen", "# allocations and frees seen"),
        new(@"^tokens: .*$", "tokens: #"),
    ];
}
