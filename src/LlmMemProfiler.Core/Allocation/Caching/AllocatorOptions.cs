using System.Globalization;
using System.Text.RegularExpressions;

namespace LlmMemProfiler.Core.Allocation.Caching;

/// <summary>The CUDA caching allocator's options as libtorch reads them: a refused one would end the process without a word.</summary>
/// <remarks>
/// c10, <c>core/AllocatorConfig.cpp</c> and <c>cuda/CUDAAllocatorConfig.cpp</c>. Keys, values and the order of the variables are those
/// of libtorch 2.10.0, each tried on a virtual GPU, that is, on a stand-in for CUDA's runtime.
/// </remarks>
public static partial class AllocatorOptions
{
    /// <summary>The first that is set counts, even if empty.</summary>
    private static readonly string[] Variables = ["PYTORCH_CUDA_ALLOC_CONF", "PYTORCH_ALLOC_CONF"];

    private static readonly (Func<string, bool> IsRight, string Wanted) Truth = (text => text is "True" or "False", "True or False");
    private static readonly (Func<string, bool> IsRight, string Wanted) Fraction = (text => Real(text) is > 0 and < 1, "between 0 and 1");

    private static readonly Dictionary<string, (Func<string, bool> IsRight, string Wanted)> Known = new()
    {
        ["backend"] = (text => text is "native" or "cudaMallocAsync", "native or cudaMallocAsync"),
        ["expandable_segments"] = Truth,
        ["garbage_collection_threshold"] = Fraction,
        ["graph_capture_record_stream_reuse"] = Truth,
        ["max_non_split_rounding_mb"] = (IsFrom20, "20 or more"),
        ["max_split_size_mb"] = (IsFrom20, "20 or more"),
        ["per_process_memory_fraction"] = (text => Real(text) is >= 0 and <= 1, "between 0 and 1"),
        ["pinned_num_register_threads"] = (text => Integer(text) is > 0 and <= 128 and var n && (n & (n - 1)) == 0, "a power of 2 up to 128"),
        ["pinned_reserve_segment_size_mb"] = (text => Integer(text) is not (null or 0), "more than 0"),
        ["pinned_use_background_threads"] = Truth,
        ["pinned_use_cuda_host_register"] = Truth,
        ["pinned_use_hip_host_register"] = Truth,
        ["release_lock_on_cudamalloc"] = Truth,
        ["release_lock_on_hipmalloc"] = Truth,
        ["roundup_power2_divisions"] = (IsDivisions, "a power of 2, or a list such as [256:1,512:2,>:4]"),
    };

    /// <summary>The text that libtorch reads, and its variable; an empty text without one.</summary>
    /// <param name="variable">Looks up a variable; null if not set.</param>
    public static (string Variable, string Text) Find(Func<string, string?> variable)
    {
        var name = Variables.FirstOrDefault(v => variable(v) is not null) ?? Variables[0];
        return (name, variable(name) ?? "");
    }

    /// <summary>The options in their order.</summary>
    /// <param name="variable">Looks up a variable; null if not set.</param>
    /// <exception cref="InputException">libtorch would refuse an option.</exception>
    public static IReadOnlyList<(string Key, string Value)> Read(Func<string, string?> variable)
    {
        var (name, text) = Find(variable);
        var rest = text.Replace(" ", "", StringComparison.Ordinal);
        var options = new List<(string, string)>();
        while (rest.Length > 0)
        {
            if (Option().Match(rest) is not { Success: true } option)
                throw new InputException($"{name} contains '{rest}', which PyTorch refuses; expected options 'name:value', separated by commas");
            var (key, value) = (option.Groups["key"].Value, option.Groups["value"].Value);
            if (!Known.TryGetValue(key, out var form))
                throw new InputException($"{name} contains '{key}', which PyTorch refuses; {NearNames.Hint(key, "options", [.. Known.Keys])}");
            if (!form.IsRight(value))
                throw new InputException($"{name} contains '{key}:{value}', which PyTorch refuses; {key} must be {form.Wanted}");
            options.Add((key, value));
            rest = rest[option.Length..];
        }
        return options;
    }

    /// <summary>What C++'s stoi reads: digits, after which anything may follow; null if it throws.</summary>
    internal static int? Integer(string text) =>
        int.TryParse(LeadingInteger().Match(text).Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static double? Real(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>A negative one becomes a huge unsigned one.</summary>
    private static bool IsFrom20(string text) => Integer(text) is < 0 or >= 20;

    private static bool IsDivisions(string text) => text.StartsWith('[')
        ? text[1..^1].Split(',').All(pair => pair.Split(':') is [var size, var parts] && (size == ">" || IsPowerOf2(Integer(size))) && (Integer(parts) == 0 || IsPowerOf2(Integer(parts))))
        : IsPowerOf2(Integer(text));

    private static bool IsPowerOf2(int? number) => number is > 0 and var n && (n & (n - 1)) == 0;

    [GeneratedRegex(@"^(?<key>[^,:\[\]]+):(?<value>[^,:\[\]]+|\[[^\[\]]*\])(?:,|$)")]
    private static partial Regex Option();

    [GeneratedRegex(@"^[+-]?[0-9]+")]
    private static partial Regex LeadingInteger();
}
