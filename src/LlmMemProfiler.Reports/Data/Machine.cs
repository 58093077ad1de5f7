using System.Globalization;
using System.Text.RegularExpressions;
using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Reports.Plots;

namespace LlmMemProfiler.Reports.Data;

/// <summary>A machine with its software and settings. Errors of two are never one number: a calibration would refuse them together.</summary>
/// <param name="Name">Short, and different from every other's in the report.</param>
/// <param name="Number">From 0, in order of first appearance.</param>
public sealed partial record Machine(string Name, int Number)
{
    private const int LongestName = 32, LongestDetail = 40;

    /// <summary>Stands for all, where they are to be pooled.</summary>
    public static Machine All { get; } = new("all machines", 0);

    private static readonly (string What, Func<HardwareKey, string?> Of)[] Details =
    [
        ("", k => k.Name), ("", k => k.Kind.Name()), ("", k => k.Capability), ("driver ", k => k.DriverMajor), ("libtorch ", k => k.Libtorch),
        ("threads ", k => k.Threads.ToString(CultureInfo.InvariantCulture)), ("", k => k.Allocator),
    ];

    /// <summary>The machines of some points, in order.</summary>
    public static IReadOnlyList<Machine> Of(IEnumerable<ReportPoint> points) => [.. points.Select(p => p.Machine).Distinct().OrderBy(m => m.Number)];

    /// <summary>The machine of each key; keys without a difference that matters are one machine.</summary>
    public static IReadOnlyList<Machine> Of(IReadOnlyList<HardwareKey> keys)
    {
        var (firsts, numbers) = (new List<HardwareKey>(), new Dictionary<HardwareKey, int>());
        foreach (var key in keys.Distinct())
        {
            var same = firsts.FindIndex(first => first.DifferencesFrom(key).Count == 0);
            if (same < 0)
            {
                same = firsts.Count;
                firsts.Add(key);
            }
            numbers.Add(key, same);
        }
        var names = Names(firsts);
        Machine[] machines = [.. names.Select((name, number) => new Machine(name, number))];
        return [.. keys.Select(key => machines[numbers[key]])];
    }

    /// <summary>The device's name, and whatever tells it from another of that name.</summary>
    private static List<string> Names(List<HardwareKey> keys)
    {
        var names = keys.ConvertAll(key =>
        {
            var namesakes = keys.FindAll(other => Short(other.Name) == Short(key.Name));
            var details = Details.Where(d => namesakes.Exists(other => d.Of(other) != d.Of(key))).Select(d => $"{d.What}{(d.Of(key) is { Length: > 0 } value ? value : "none")}");
            return ForeignText.Plain(string.Join(", ", details.Select(d => PlainText.Cut(d, LongestDetail)).Prepend(Short(key.Name))));
        });
        return [.. names.Select((name, i) => names.FindAll(n => n == name).Count == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{name} #{i + 1}"))];
    }

    /// <summary>'Intel Xeon Platinum 8481C' of 'Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz'.</summary>
    private static string Short(string name) => PlainText.Cut(Noise().Replace(name, "").Trim(), LongestName);

    [GeneratedRegex(@"\((R|TM)\)| CPU @ .*$| \d+-Core Processor$")]
    private static partial Regex Noise();
}
