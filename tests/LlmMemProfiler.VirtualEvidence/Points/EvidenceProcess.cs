using System.Diagnostics;

namespace LlmMemProfiler.VirtualEvidence.Points;

/// <summary>This program again, since libtorch takes its devices and its variables once in a process.</summary>
internal static class EvidenceProcess
{
    public static async Task<(IReadOnlyList<PointResult> Results, string Errors, int Code)> Run(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in SettingsDraw.Foreign)
            start.Environment.Remove(name);
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return ([.. (await output).Split('\n').Select(PointResult.OfJson).OfType<PointResult>()], await errors, process.ExitCode);
    }
}
