using LlmMemProfiler.Benchmarks;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Device.Hook;
using LlmMemProfiler.Device.LibTorch;
using LlmMemProfiler.Harness;
using TorchSharp;

// Decode speed, paired in one run: the harness with its hook against a bare TorchSharp loop, and the hook on against off.
// dotnet run --project tests/LlmMemProfiler.Benchmarks -c Release -- [MODEL [DTYPE [ROUNDS]]]
var model = ModelPresets.Find(args.ElementAtOrDefault(0) ?? ModelPresets.Default);
var type = DataTypes.OfWeights[args.ElementAtOrDefault(1) ?? "fp16"];
var rounds = int.Parse(args.ElementAtOrDefault(2) ?? "3", System.Globalization.CultureInfo.InvariantCulture);
var workload = new Workload { Type = type, Prompt = 16, NewTokens = 81 }.ValidatedFor(model);

var library = LibTorchLibrary.Load();
Console.WriteLine($"{model.Name}, {type.Name()}, libtorch {library.Version}, {library.CpuCapability}, {library.Threads} threads");
var tags = new TagCursor();
using var hook = AllocationHook.TryInstall(library, tags, HookDevice.Cpu, out var reason)
    ?? throw new InvalidOperationException(reason);
using var inference = torch.inference_mode();
using var filler = new ModelFiller(model, seed: 1);
IReadOnlyDictionary<string, torch.Tensor> weights = null!;
using var decoder = Decoder.Load(new TorchOps(tags, torch.CPU), model, workload, (spec, tensors) =>
{
    weights = tensors;
    filler.Fill(spec, tensors);
});
var ledger = new AllocationLedger();
hook.Drain(ledger);
decoder.Prefill();
hook.Drain(ledger);

// The bare loop's own tensors are none of the ledger's business.
hook.Enabled = false;
using (var bare = new BareLoop(model, workload, weights))
{
    var paired = new PairedTimes("harness with hook over bare TorchSharp loop");
    for (var round = 0; round < rounds; round++)
    {
        for (var step = 1; step <= decoder.Steps; step++)
        {
            paired.Add(
                () =>
                {
                    hook.Enabled = true;
                    Step(step);
                    hook.Enabled = false;
                },
                () => bare.Step(workload.Prompt + step - 1));
        }
    }
    Console.WriteLine(paired);
}

var onOff = new PairedTimes("hook on over hook off");
for (var round = 0; round < rounds; round++)
{
    for (var step = 1; step <= decoder.Steps; step++)
    {
        onOff.Add(
            () =>
            {
                hook.Enabled = true;
                Step(step);
            },
            () =>
            {
                hook.Enabled = false;
                Step(step);
            });
    }
}
Console.WriteLine(onOff);

void Step(int step)
{
    decoder.Step(step);
    hook.Drain(ledger);
    ledger.Flush();
}
