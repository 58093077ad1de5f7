using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace LlmMemProfiler.Workflow.Tests;

/// <summary>
/// A program that a test starts to end it, and what that starts: a variable that all of them inherit tells them from the
/// processes of other tests.
/// </summary>
internal sealed class MarkedProcesses
{
    private const string Variable = "LLMMEM_STARTED_BY_TEST";

    private readonly string mark = Guid.NewGuid().ToString();

    public Process Start(params string[] arguments) => Start([], arguments);

    /// <param name="variables">Set in addition, as 'NAME=VALUE'.</param>
    /// <param name="arguments">The program's.</param>
    public Process Start(string[] variables, string[] arguments)
    {
        // Where the tests run in the background of a script, SIGINT is ignored, and that is inherited; env keeps the process id.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", .. variables, Llmmem.Executable, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("LLMMEM_LIBTORCH");
        start.Environment[Variable] = mark;
        return Process.Start(start)!;
    }

    /// <summary>How many workers there are.</summary>
    public int Workers() => WorkerIds().Count;

    public IReadOnlyList<int> WorkerIds() => [.. Directory.GetDirectories("/proc")
        .Where(folder =>
            int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out _) &&
            Text(folder, "cmdline").StartsWith($"{Llmmem.Executable}\0worker\0", StringComparison.Ordinal) &&
            Text(folder, "environ").Contains($"{Variable}={mark}\0", StringComparison.Ordinal))
        .Select(folder => int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture))];

    public static async Task Send(string signal, int id) => await CliWrap.Cli.Wrap("kill")
        .WithArguments([signal, id.ToString(CultureInfo.InvariantCulture)]).ExecuteAsync(TestContext.Current.CancellationToken);

    private static string Text(string folder, string name)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes(Path.Combine(folder, name)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is gone by now, or it is somebody else's.
            return "";
        }
    }
}
