using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Checkpoints;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Decoding;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Device.LibTorch;
using LlmMemProfiler.Harness.Torch;
using LlmMemProfiler.Harness.Weights;
using TorchSharp;

namespace LlmMemProfiler.Benchmarks;

/// <summary>Loads a model's folder, in turn with <c>dd</c> of its file, from a disk that has forgotten it; and what memory that takes.</summary>
internal static partial class LoadBenchmark
{
    private const int DontNeed = 4;

    /// <param name="folder">With one <c>model.safetensors</c>; null to make one of 538 MB in FP32.</param>
    /// <param name="type">Type to load to; null for FP32.</param>
    /// <param name="rounds">Pairs that are timed, after one that is not.</param>
    public static void Run(string? folder, DataType type, int rounds)
    {
        var library = LibTorchLibrary.Load();
        using var inference = torch.inference_mode();
        var made = folder is null ? Directory.CreateTempSubdirectory("llmmem-load-").FullName : null;
        try
        {
            if (made is not null)
                Make(made);
            var (model, stored, _) = RunnableModel.Find(folder ?? made!, randomWeights: false);
            var file = stored!.ByName.Values.Select(weight => weight.Tensor.Place!.Path).Distinct().Single();
            var workload = new Workload { Type = type, Prompt = 1, NewTokens = 1 }.ValidatedFor(model);
            var weights = TensorTable.For(model, workload).Tensors.Where(tensor => tensor.Part == Part.Weights).ToList();
            Console.WriteLine($"{model.Name}, {stored.Size} to {type.Name()}, libtorch {library.Version}, {library.Threads} threads");
            var times = new List<(double Dd, double Load)>();
            for (var round = 0; round <= rounds; round++)
            {
                // In alternating order, so that what drifts favors neither.
                var dd = round % 2 == 0 ? Dd(file) : 0;
                Forget(file);
                var (load, processor, growth) = Load(model, workload, stored);
                dd = round % 2 == 0 ? dd : Dd(file);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(round == 0 ? "warm-up" : $"{round}")}: dd {dd:F3} s, load {load:F3} s ({dd / load:F2} x; {processor:F3} s of processors), resident peak grew by {growth}"));
                if (round > 0)
                    times.Add((dd, load));
            }
            var (ddMedian, loadMedian) = (Median(times.Select(t => t.Dd)), Median(times.Select(t => t.Load)));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"medians: dd {ddMedian:F3} s, load {loadMedian:F3} s: {ddMedian / loadMedian:F2} x dd; paired {Median(times.Select(t => t.Dd / t.Load)):F2} x"));
            var (all, largest) = (weights.Aggregate(ByteSize.Zero, (sum, tensor) => sum + tensor.Size), weights.Max(tensor => tensor.Size));
            Console.WriteLine($"weights {all}, largest {largest}: bar {all + largest}");
        }
        finally
        {
            if (made is not null)
                Directory.Delete(made, recursive: true);
        }
    }

    private static void Make(string folder)
    {
        File.WriteAllText(Path.Combine(folder, "config.json"), SmolLm.Config);
        NamedTensor[] tensors = [.. ModelPresets.Find(folder).FileTensors(DataType.Float32).Select(tensor => new NamedTensor(tensor.Name, DataType.Float32, tensor.Shape))];
        using var file = new SafetensorsWriter(Path.Combine(folder, "model.safetensors"), tensors);
        var random = new Random(1);
        foreach (var tensor in tensors)
        {
            var bytes = new byte[tensor.Size.Bytes];
            random.NextBytes(bytes);
            file.Write(bytes);
        }
        file.Complete();
    }

    private static (double Seconds, double Processor, ByteSize Growth) Load(ModelSpec model, Workload workload, CheckpointWeights stored)
    {
        // What was freed before is given back first, and the resident peak begins here: proc(5), clear_refs.
        GC.Collect();
        _ = Trim(0);
        File.WriteAllText("/proc/self/clear_refs", "5");
        var before = Status("VmHWM");
        var clock = Stopwatch.StartNew();
        var cpu = Environment.CpuUsage.TotalTime;
        using var filler = new ModelFiller(model, seed: 1, stored);
        using var decoder = Decoder.Load(new TorchOps(new TagCursor(), torch.CPU), model, workload, filler.Fill);
        var seconds = clock.Elapsed.TotalSeconds;
        return (seconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds, Status("VmHWM") - before);
    }

    private static ByteSize Status(string field) =>
        new(1024 * long.Parse(StatusLine(field).Match(File.ReadAllText("/proc/self/status")).Groups[1].Value, CultureInfo.InvariantCulture));

    private static Regex StatusLine(string field) => new($@"^{field}:\s+(\d+) kB", RegexOptions.Multiline);

    /// <summary>Seconds by its own count, without the start of a process.</summary>
    private static double Dd(string file)
    {
        Forget(file);
        using var dd = Process.Start(new ProcessStartInfo("dd", [$"if={file}", "of=/dev/null", "bs=1M"]) { RedirectStandardError = true, Environment = { ["LC_ALL"] = "C" } })!;
        var said = dd.StandardError.ReadToEnd();
        dd.WaitForExit();
        return double.Parse(SecondsOfDd().Match(said).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    private static void Forget(string path)
    {
        using var file = File.OpenHandle(path);
        if (Advise(file, 0, 0, DontNeed) is not 0 and var error)
            throw new IOException($"posix_fadvise: error {error}");
    }

    private static double Median(IEnumerable<double> values) => values.Order().ToList() is var sorted ? sorted[sorted.Count / 2] : 0;

    [GeneratedRegex(@"copied, ([\d.e-]+) s")]
    private static partial Regex SecondsOfDd();

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int Trim(nint kept);

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(SafeHandle file, long offset, long length, int advice);
}
