using System.Globalization;
using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Cli.Output;

/// <summary>Shows profiles, four lines each, with the same numbers in the same places.</summary>
internal static class ProfileList
{
    public static void Show(IReadOnlyList<ProfileRow> profiles, string folder)
    {
        if (!profiles.Any(p => p.Installed))
            Line($"none installed in {folder}; 'llmmem calibrate' installs this machine's");
        foreach (var p in profiles)
        {
            var (hardware, days) = (p.Hardware, (int)(DateTimeOffset.UtcNow - p.Newest).TotalDays);
            Line($"{p.Name} ({(p.Installed ? "installed" : "built in")}{(p.Here ? ", this machine" : "")}, {days} {(days == 1 ? "day" : "days")} old)");
            Line($"  {hardware.Name} ({hardware.Kind.Name()}), {(hardware.Kind == DeviceKind.Cpu ? $"{hardware.Threads} threads" : $"driver {hardware.Driver ?? "unknown"}")}, libtorch {hardware.Libtorch}, {hardware.Level.Name()} totals");
            Line($"  context {p.Context}, modules {Range(p.LeastModules, p.MostModules)}, guide's constant {p.Overhead}");
            Line($"  {(p.MedianPercent is { } median ? string.Create(CultureInfo.InvariantCulture, $"median error {median:0.00} %") : "error unknown")}{(p.Interval is null ? "" : $", {p.Interval}")}");
        }
    }

    private static string Range(ByteSize least, ByteSize most) => least == most ? $"{least}" : $"{least} to {most}";

    private static void Line(string text) => Terminal.Out.WriteLine(text);
}
