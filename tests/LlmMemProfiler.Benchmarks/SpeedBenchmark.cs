using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Decoding;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Device.Hook;
using LlmMemProfiler.Device.LibTorch;
using LlmMemProfiler.Harness.Runs;
using LlmMemProfiler.Harness.Torch;
using LlmMemProfiler.Harness.Weights;
using TorchSharp;

namespace LlmMemProfiler.Benchmarks;

/// <summary>Decode speed, paired in one run: the harness with its hook against a bare TorchSharp loop, and the hook on against off.</summary>
internal sealed class SpeedBenchmark : IDisposable
{
    private readonly Workload workload;
    private readonly AllocationHook hook;
    private readonly IDisposable inference = torch.inference_mode();
    private readonly Decoder<torch.Tensor> decoder;
    private readonly AllocationLedger ledger = new();
    private readonly ModelSpec model;
    private readonly int rounds;
    private IReadOnlyDictionary<string, torch.Tensor> weights = null!;

    private SpeedBenchmark(LibTorchLibrary library, ModelSpec model, DataType type, int rounds)
    {
        this.model = model;
        this.rounds = rounds;
        workload = new Workload { Type = type, Prompt = 16, NewTokens = 81 }.ValidatedFor(model);
        Console.WriteLine($"{model.Name}, {type.Name()}, libtorch {library.Version}, {library.CpuCapability}, {library.Threads} threads");
        var tags = new TagCursor();
        hook = AllocationHook.TryInstall(library, tags, HookDevice.Cpu, out var reason) ?? throw new InvalidOperationException(reason);
        using var filler = new ModelFiller(model, seed: 1);
        decoder = Decoder.Load(new TorchOps(tags, torch.CPU), model, workload, (spec, tensors) =>
        {
            weights = tensors;
            filler.Fill(spec, tensors);
        });
        decoder.Prefill();
        Book();
    }

    public static void Run(ModelSpec model, DataType type, int rounds)
    {
        // Before the fields of a benchmark touch torch.
        var library = LibTorchLibrary.Load();
        using var benchmark = new SpeedBenchmark(library, model, type, rounds);
        Console.WriteLine(benchmark.AgainstBareLoop());
        Console.WriteLine(benchmark.HookOnAgainstOff());
    }

    public void Dispose()
    {
        decoder.Dispose();
        inference.Dispose();
        hook.Dispose();
    }

    private PairedTimes AgainstBareLoop()
    {
        // The bare loop's own tensors are none of the ledger's business.
        hook.Pause();
        using var bare = IBareLoop.Of(model, workload, weights);
        return Paired("harness with hook over bare TorchSharp loop", step => Step(step, hooked: true), step => bare.Step(workload.Prompt + step - 1));
    }

    private PairedTimes HookOnAgainstOff() =>
        Paired("hook on over hook off", step => Step(step, hooked: true), step => Step(step, hooked: false));

    private PairedTimes Paired(string name, Action<int> a, Action<int> b)
    {
        var times = new PairedTimes(name);
        for (var round = 0; round < rounds; round++)
        {
            for (var step = 1; step <= decoder.Steps; step++)
                times.Add(() => a(step), () => b(step));
        }
        return times;
    }

    private void Step(int step, bool hooked)
    {
        if (hooked)
            hook.Resume();
        decoder.Step(step);
        Book();
        hook.Pause();
    }

    private void Book()
    {
        hook.Drain(ledger);
        ledger.Flush();
    }
}
