using System.ComponentModel;
using System.Diagnostics;

namespace LlmMemProfiler.Device.LibTorch;

/// <summary>Asks Python where its PyTorch lies. It is only looked for, not imported, which would take seconds and a GPU's memory.</summary>
internal static class PythonTorch
{
    /// <summary>A Python that hangs, on a network's file system for one, is not waited for longer.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    // A folder named 'torch' where the user happens to stand is not PyTorch, so the working directory is taken off the path.
    private const string Question = """
        import sys
        sys.path = [p for p in sys.path if p]
        from importlib.util import find_spec
        spec = find_spec('torch')
        for folder in (spec and spec.submodule_search_locations) or ():
            print(folder)
        """;

    /// <summary>Folders that 'import torch' would take; empty where there is none.</summary>
    /// <param name="reason">Why there is none, where the result is empty.</param>
    /// <param name="python">The interpreter: a name on PATH or a path.</param>
    /// <param name="timeout">How long to wait for it.</param>
    public static IReadOnlyList<string> Folders(out string reason, string python = "python3", TimeSpan? timeout = null)
    {
        reason = "";
        using var time = new CancellationTokenSource(timeout ?? Timeout);
        try
        {
            using var process = Process.Start(new ProcessStartInfo(python, ["-c", Question])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            try
            {
                process.StandardInput.Close();
                var (output, errors) = (process.StandardOutput.ReadToEndAsync(time.Token), process.StandardError.ReadToEndAsync(time.Token));
                process.WaitForExitAsync(time.Token).GetAwaiter().GetResult();
                var folders = Lines(output.GetAwaiter().GetResult());
                if (process.ExitCode != 0)
                {
                    var lastWord = Lines(errors.GetAwaiter().GetResult()).LastOrDefault("no word why");
                    reason = $"{python} ended with {process.ExitCode} when asked for its torch ({lastWord})";
                }
                else if (folders.Length == 0)
                    reason = $"{python} has no torch";
                return process.ExitCode == 0 ? folders : [];
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                reason = $"{python} did not say within {(timeout ?? Timeout).TotalSeconds:0.#} s where its torch is";
            }
        }
        catch (Win32Exception)
        {
            reason = $"there is no {python} to ask for a PyTorch";
        }
        return [];
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
