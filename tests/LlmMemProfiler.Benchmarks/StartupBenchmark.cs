using System.Diagnostics;
using System.Globalization;

namespace LlmMemProfiler.Benchmarks;

/// <summary>Whole processes of <c>llmmem estimate</c>.</summary>
internal static class StartupBenchmark
{
    private const int Runs = 15;

    public static async Task Run()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "llmmem.dll");
        foreach (var arguments in (string[][])[["estimate"], ["estimate", "guide-354m", "--batch", "8", "--prompt", "512", "--new-tokens", "512"]])
        {
            var seconds = new List<double>();
            for (var i = 0; i < Runs; i++)
            {
                var watch = Stopwatch.GetTimestamp();
                await CliWrap.Cli.Wrap("dotnet").WithArguments([program, .. arguments]).ExecuteAsync();
                seconds.Add(Stopwatch.GetElapsedTime(watch).TotalSeconds);
            }
            seconds.Sort();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"llmmem {string.Join(' ', arguments)}: median {seconds[Runs / 2]:F3} s, from {seconds[0]:F3} to {seconds[^1]:F3} s over {Runs} processes"));
        }
    }
}
