using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Checkpoints;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Decoding;
using LlmMemProfiler.Harness.Torch;
using LlmMemProfiler.Harness.Weights;
using TorchSharp;

namespace LlmMemProfiler.Harness.Tests;

/// <summary>A decoder on the CPU with seeded weights or those of files, and its tensors as arrays.</summary>
internal sealed class LoadedDecoder : IDisposable
{
    private readonly ModelFiller filler;
    private readonly IDisposable inference = torch.inference_mode();
    private IReadOnlyDictionary<string, torch.Tensor> tensors = null!;

    public LoadedDecoder(ModelSpec model, Workload workload, long seed = 7, TagCursor? tags = null, CheckpointWeights? stored = null)
        : this(model, workload, seed, tags, stored, weights: null)
    {
    }

    /// <summary>A decoder with other weights than the product's own, in FP32.</summary>
    public LoadedDecoder(ModelSpec model, Workload workload, Func<string, float[]> weights)
        : this(model, workload, seed: 7, tags: null, stored: null, weights)
    {
    }

    private LoadedDecoder(ModelSpec model, Workload workload, long seed, TagCursor? tags, CheckpointWeights? stored, Func<string, float[]>? weights)
    {
        Model = model;
        Workload = workload;
        filler = new(model, seed, stored);
        Decoder = Core.Models.Decoding.Decoder.Load(new TorchOps(tags ?? new(), torch.CPU, record: Routing), model, workload, (spec, made) =>
        {
            tensors = made;
            if (weights is null || spec.Part != Part.Weights)
            {
                filler.Fill(spec, made);
                return;
            }
            using var values = torch.tensor(weights(spec.Name), [.. spec.Shape]);
            made[spec.Name].copy_(values);
        });
    }

    /// <summary>What the routers of its experts decided.</summary>
    public RecordedLoads Routing { get; } = new();

    public ModelSpec Model { get; }

    public Workload Workload { get; }

    public Decoder<torch.Tensor> Decoder { get; }

    /// <summary>A weight as the arithmetic sees it: INT8 times its scales.</summary>
    public float[] Weight(string name)
    {
        using var wide = tensors[name].to(torch.float32);
        if (!tensors.TryGetValue(name + ".scale", out var scale))
            return Floats(wide);
        using var wideScale = scale.to(torch.float32);
        using var product = wide.mul(wideScale);
        return Floats(product);
    }

    /// <summary>An INT8 weight as it is stored.</summary>
    public sbyte[] Quantised(string name)
    {
        using var accessor = tensors[name].data<sbyte>();
        return accessor.ToArray();
    }

    public bool Has(string name) => tensors.ContainsKey(name);

    /// <summary>The prompt of one sequence.</summary>
    public int[] Prompt(int sequence)
    {
        using var accessor = tensors["prompt"].data<long>();
        return [.. accessor.ToArray().Skip(sequence * Workload.Prompt).Take(Workload.Prompt).Select(id => (int)id)];
    }

    public void ReplacePrompt(IReadOnlyList<int> ids)
    {
        using var values = torch.tensor(ids.Select(id => (long)id).ToArray(), ids.Count / Workload.Prompt, Workload.Prompt);
        tensors["prompt"].copy_(values);
    }

    /// <summary>Decodes to the end.</summary>
    /// <returns>For each pass its logits, row by row: the prefill's, then one pass a step.</returns>
    public List<float[][]> Decode()
    {
        var passes = new List<float[][]>();
        Decoder.Prefill(logits => passes.Add(Rows(logits)));
        for (var step = 1; step <= Decoder.Steps; step++)
            Decoder.Step(step, logits => passes.Add(Rows(logits)));
        return passes;
    }

    /// <summary>Chosen tokens of one sequence.</summary>
    public int[] Generated(int sequence)
    {
        using var accessor = Decoder.Generated.data<long>();
        var ids = accessor.ToArray();
        return [.. Enumerable.Range(0, Workload.NewTokens).Select(step => (int)ids[(step * Workload.Batch) + sequence])];
    }

    public void Dispose()
    {
        Decoder.Dispose();
        filler.Dispose();
        inference.Dispose();
    }

    private static float[][] Rows(torch.Tensor logits)
    {
        using var wide = logits.to(torch.float32);
        var flat = Floats(wide);
        return [.. flat.Chunk((int)logits.shape[^1])];
    }

    private static float[] Floats(torch.Tensor tensor)
    {
        using var accessor = tensor.data<float>();
        return accessor.ToArray();
    }
}
