using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.VirtualGpu;

namespace LlmMemProfiler.Benchmarks;

/// <summary>
/// What a call of a virtual GPU costs; and, with a libtorch that has CUDA's part, what a point costs from the process's start to its record.
/// </summary>
internal static unsafe class VirtualGpuBenchmark
{
    private const int Rounds = 51;
    private const int Calls = 100_000;
    private const int Runs = 20;

    public static void Run(string? libtorch)
    {
        StandIn.Load(GpuModels.Find("h100")!, 1, new(80 * ByteSize.GiB), ByteSize.Zero, [], ["libcudart.so.12"]);
        var library = NativeLibrary.Load("libcudart.so.12");
        var device = (delegate* unmanaged<int*, int>)NativeLibrary.GetExport(library, "cudaGetDevice");
        var allocate = (delegate* unmanaged<void**, nuint, int>)NativeLibrary.GetExport(library, "cudaMalloc");
        var free = (delegate* unmanaged<void*, int>)NativeLibrary.GetExport(library, "cudaFree");
        Tell("cudaGetDevice", Sorted(() =>
        {
            int number;
            for (var i = 0; i < Calls; i++)
                _ = device(&number);
        }));
        Tell("cudaMalloc and cudaFree of 512 B", Sorted(() =>
        {
            void* at;
            for (var i = 0; i < Calls; i++)
            {
                _ = allocate(&at, 512);
                _ = free(at);
            }
        }));
        if (libtorch is null)
            return;
        Point("tiny, virtual:h100", Runs, ["run", "tiny", "--device", "virtual:h100", "--libtorch", libtorch, "--json"]);
        var model = Path.Combine(Path.GetTempPath(), $"llmmem-70b-{Environment.ProcessId}.json");
        File.WriteAllText(model, """
            { "model_type": "gpt2", "n_layer": 80, "n_head": 64, "n_embd": 8192, "vocab_size": 32000, "n_positions": 8192 }
            """);
        try
        {
            Point(
                "70B shape, virtual:h200:200GiB, prompt 8,000, 1 new token", 5,
                ["run", model, "--prompt", "8000", "--new-tokens", "1", "--device", "virtual:h200:200GiB", "--libtorch", libtorch, "--json"]);
        }
        finally
        {
            File.Delete(model);
        }
    }

    /// <summary>Nanoseconds a call, of so many.</summary>
    private static double[] Sorted(Action calls)
    {
        var rounds = new double[Rounds];
        for (var round = 0; round < Rounds; round++)
        {
            var watch = Stopwatch.GetTimestamp();
            calls();
            rounds[round] = Stopwatch.GetElapsedTime(watch).TotalNanoseconds / Calls;
        }
        Array.Sort(rounds);
        return rounds;
    }

    private static void Tell(string what, double[] sorted) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{what}: median {sorted[Rounds / 2]:F1} ns, from {sorted[0]:F1} to {sorted[^1]:F1} ns over {Rounds} rounds of {Calls:N0}"));

    private static void Point(string what, int runs, IReadOnlyList<string> arguments)
    {
        var seconds = new List<double>();
        long resident = 0;
        for (var run = 0; run <= runs; run++)
        {
            // The first one reads the files into memory.
            var (took, most) = Process(arguments);
            if (run > 0)
                seconds.Add(took);
            resident = Math.Max(resident, most);
        }
        seconds.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: median {seconds[runs / 2]:F2} s, from {seconds[0]:F2} to {seconds[^1]:F2} s over {runs} processes; VmHWM at most {resident / 1024.0:F0} MiB"));
    }

    /// <summary>Its time, and its highest resident set, which the system tells until it ends.</summary>
    private static (double Seconds, long Kilobytes) Process(IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "llmmem"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        var watch = Stopwatch.GetTimestamp();
        using var process = System.Diagnostics.Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        var most = 0L;
        while (!process.WaitForExit(5))
            most = Math.Max(most, Peak(process.Id));
        var seconds = Stopwatch.GetElapsedTime(watch).TotalSeconds;
        return process.ExitCode == 0 && output.Result.Contains("\"status\": \"ok\"", StringComparison.Ordinal)
            ? (seconds, most)
            : throw new InvalidOperationException($"llmmem {string.Join(' ', arguments)} ended with {process.ExitCode}: {errors.Result}");
    }

    private static long Peak(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            // It has just ended.
            return 0;
        }
    }
}
