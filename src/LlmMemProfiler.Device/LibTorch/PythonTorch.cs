using System.ComponentModel;
using System.Diagnostics;

namespace LlmMemProfiler.Device.LibTorch;

/// <summary>Asks Python for the location of its PyTorch, without importing it, which would take seconds and GPU memory.</summary>
internal static class PythonTorch
{
    /// <summary>For a Python that hangs, for example on a network file system.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private const string SearchPath = "PYTHONPATH";

    // A 'torch' folder in the working directory is not PyTorch, so the working directory is removed from the path.
    private const string Question = """
        import sys
        sys.path = [p for p in sys.path if p]
        from importlib.util import find_spec
        spec = find_spec('torch')
        for folder in (spec and spec.submodule_search_locations) or ():
            print(folder)
        """;

    /// <summary>Folders that 'import torch' would use; empty if there are none.</summary>
    /// <param name="reason">Why the result is empty.</param>
    /// <param name="python">The path of the interpreter; without it, the first python3 of PATH.</param>
    /// <param name="timeout">How long to wait for it.</param>
    public static IReadOnlyList<string> Folders(out string reason, string? python = null, TimeSpan? timeout = null)
    {
        python ??= TrustedPath.Find("python3");
        if (python is null)
        {
            reason = "python3 was not found";
            return [];
        }
        reason = "";
        using var time = new CancellationTokenSource(timeout ?? Timeout);
        try
        {
            using var process = Process.Start(Asking(python))!;
            try
            {
                process.StandardInput.Close();
                var (output, errors) = (process.StandardOutput.ReadToEndAsync(time.Token), process.StandardError.ReadToEndAsync(time.Token));
                process.WaitForExitAsync(time.Token).GetAwaiter().GetResult();
                var folders = Lines(output.GetAwaiter().GetResult()).Where(Path.IsPathRooted).ToArray();
                if (process.ExitCode != 0)
                {
                    var lastLine = Lines(errors.GetAwaiter().GetResult()).LastOrDefault("no error message");
                    reason = $"{python} exited with code {process.ExitCode} when asked for its torch ({lastLine})";
                }
                else if (folders.Length == 0)
                    reason = $"{python} has no torch";
                return process.ExitCode == 0 ? folders : [];
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                reason = $"{python} did not report its torch within {(timeout ?? Timeout).TotalSeconds:0.#} s";
            }
        }
        catch (Win32Exception)
        {
            reason = $"{python} was not found";
        }
        return [];
    }

    /// <summary>Nothing of the working directory has a say: neither it nor a relative entry of PYTHONPATH is searched.</summary>
    private static ProcessStartInfo Asking(string python)
    {
        var start = new ProcessStartInfo(python, ["-c", Question])
        {
            WorkingDirectory = "/",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (Environment.GetEnvironmentVariable(SearchPath) is { } search)
            start.Environment[SearchPath] = string.Join(Path.PathSeparator, TrustedPath.Entries(search));
        return start;
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
