using System.Diagnostics;
using System.Globalization;

namespace LlmMemProfiler.Cli.Tests;

/// <summary>A sweep that is killed at any moment and resumed ends as if nothing had happened; scripts/kill-test.sh does it fifty times.</summary>
public sealed class KilledSweepTests : IDisposable
{
    private const int Points = 4;

    private readonly SweepFolder sweep = new(Points);

    public void Dispose() => sweep.Dispose();

    [Fact(Timeout = 1_200_000)]
    public async Task Killed_at_random_moments_and_resumed_it_loses_nothing_and_measures_nothing_twice()
    {
        var wanted = int.Parse(Environment.GetEnvironmentVariable("LLMMEM_KILLS") ?? "3", CultureInfo.InvariantCulture);
        var seed = Environment.TickCount;
        var random = new Random(seed);
        sweep.Output = "undisturbed";
        var clock = Stopwatch.StartNew();
        (await sweep.Sweep()).Well();
        // Some kills meet the beginning, some the end, on a busy machine too.
        var longest = (int)clock.ElapsedMilliseconds;
        var expected = Content();
        Assert.Equal(Points, expected.Count);

        var (kills, rounds, between, torn) = (0, 0, 0, 0);
        while (kills < wanted)
        {
            sweep.Output = $"round-{++rounds}";
            var finished = "";
            while (kills < wanted && await KilledAfter(random.Next(longest)))
            {
                kills++;
                var text = File.Exists(sweep.Results) ? File.ReadAllText(sweep.Results) : "";
                Assert.True(text.StartsWith(finished, StringComparison.Ordinal), $"seed {seed}, kill {kills}: a finished point was lost");
                finished = text[..(text.LastIndexOf('\n') + 1)];
                between += finished.Length > 0 ? 1 : 0;
                torn += finished.Length < text.Length ? 1 : 0;
            }
            (await sweep.Sweep("--resume")).Well();
            Assert.True(File.ReadAllText(sweep.Results).StartsWith(finished, StringComparison.Ordinal), $"seed {seed}: a finished point was lost at the end");
            Assert.Equal(expected, Content());
        }
        TestContext.Current.SendDiagnosticMessage(
            $"seed {seed}: {kills} kills in {rounds} sweeps of {Points} points, {between} of them after a finished point, {torn} in the middle of a line");
        Assert.True(await NoWorkerIsLeft(), "a worker outlived its sweep");
    }

    [Fact(Timeout = 60_000)]
    public async Task Interrupted_it_ends_its_worker_keeps_what_is_finished_and_goes_on_later()
    {
        sweep.With("slow.json", SlowModel.Json);
        sweep.PlanIs("""
            {"points":[{"model":"tiny","prompt":16,"new_tokens":4},{"model":"slow.json","dtype":"fp32","prompt":8,"new_tokens":4000}]}
            """);
        using var process = Start();
        while (!File.Exists(sweep.Results) || !File.ReadAllText(sweep.Results).EndsWith('\n'))
            await Task.Delay(20, TestContext.Current.CancellationToken);
        await Task.Delay(1500, TestContext.Current.CancellationToken);
        await CliWrap.Cli.Wrap("kill").WithArguments(["-INT", process.Id.ToString(CultureInfo.InvariantCulture)])
            .ExecuteAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(130, process.ExitCode);
        Assert.Contains("interrupted; the point in work is given up", error, StringComparison.Ordinal);
        Assert.Equal("tiny", Assert.Single(sweep.Records()).GetProperty("model").GetProperty("name").GetString());
        Assert.True(await NoWorkerIsLeft(), "a worker outlived its sweep");
        var left = (await sweep.Sweep("--resume", "--dry-run", "--json")).Quietly().Json;
        Assert.Equal((1, 1), (SweepFolder.Count(left, "before"), SweepFolder.Count(left, "left")));
    }

    /// <summary>False where the sweep came to its end before that.</summary>
    private async Task<bool> KilledAfter(int milliseconds)
    {
        using var process = Start();
        // Killed is the sweep alone; that its worker goes too is what is tested.
        if (process.WaitForExit(milliseconds))
        {
            Assert.True(process.ExitCode == 0, await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
            return false;
        }
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return true;
    }

    private Process Start()
    {
        // Where the tests run in the background of a script, SIGINT is ignored, and that is inherited; env keeps the process id.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", Llmmem.Executable, .. sweep.Arguments("--resume")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("LLMMEM_LIBTORCH");
        return Process.Start(start)!;
    }

    /// <summary>All but times and the device's levels, in the points' order.</summary>
    private SortedDictionary<string, string> Content() => new(sweep.Records().ToDictionary(
        r => $"{r.GetProperty("point_id")} {r.GetProperty("repeat")}",
        r => string.Join(
            ' ', r.GetProperty("status"), r.GetProperty("measured").GetProperty("tensor_peak_bytes"),
            r.GetProperty("measured").GetProperty("allocated_peak_bytes"), r.GetProperty("generated"))));

    private static async Task<bool> NoWorkerIsLeft()
    {
        for (var tries = 0; tries < 50; tries++)
        {
            if (!Directory.GetDirectories("/proc").Any(IsWorker))
                return true;
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
        return false;
    }

    private static bool IsWorker(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline")).StartsWith($"{Llmmem.Executable}\0worker\0", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
