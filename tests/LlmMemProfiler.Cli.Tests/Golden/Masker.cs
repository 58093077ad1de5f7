using System.Text.RegularExpressions;

namespace LlmMemProfiler.Cli.Tests.Golden;

/// <summary>
/// Puts '#' for what another machine or moment would print: times, names, the process's bytes and what is computed from them. What is
/// made without measuring is left as it is.
/// </summary>
/// <param name="IsMeasuring">True where something was measured on this machine.</param>
/// <param name="HasScratch">True where kernels take scratch memory as the processor's instructions have it: all types but FP32.</param>
internal sealed record Masker(bool IsMeasuring, bool HasScratch)
{
    public static Masker For(string line)
    {
        var isRun = Regex.IsMatch(line, "llmmem run|llmmem hook-cost");
        var isMeasuring = isRun || Regex.IsMatch(line, "llmmem (doctor|sweep|worker)|measured");
        return new(isMeasuring, isRun && !line.Contains("fp32", StringComparison.Ordinal));
    }

    public string Masked(string text)
    {
        text = MaskRules.Always.Aggregate(text, (masked, rule) => rule.Apply(masked));
        if (!IsMeasuring)
            return text;
        if (text.StartsWith('{'))
            return JsonMask.Masked(text, HasScratch);
        text = MaskRules.Measured.Aggregate(text, (masked, rule) => rule.Apply(masked));
        return HasScratch ? MaskRules.Scratch.Aggregate(text, (masked, rule) => rule.Apply(masked)) : text;
    }
}
