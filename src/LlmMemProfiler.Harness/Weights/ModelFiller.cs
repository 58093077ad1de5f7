using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Checkpoints;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Layers;
using LlmMemProfiler.Core.Units;
using static TorchSharp.torch;

namespace LlmMemProfiler.Harness.Weights;

/// <summary>
/// Fills a model's tensors in place: weights from its checkpoint, or as GPT-2 initializes them (standard deviation 0.02, residual
/// outputs divided by √2N), norms around 1, biases around 0; and a prompt, random or given. No tensor is duplicated; on a GPU a staging buffer
/// of a few megabytes is reused.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="seed">Seed of the random weights and of the prompt.</param>
/// <param name="stored">What the weights are read from; null for random ones.</param>
/// <remarks>Radford et al. (2019), section 2.3, for the residual scaling.</remarks>
public sealed class ModelFiller(ModelSpec model, long seed, CheckpointWeights? stored = null) : IDisposable
{
    private const int ChunkElements = 1 << 22;
    private const double Deviation = 0.02;

    /// <summary>The prompt of each sequence; null for random ones.</summary>
    public IReadOnlyList<long>? Prompt { get; init; }

    private readonly TensorMemory memory = new();
    private readonly CheckpointFiller? files = stored is null ? null : new(stored);

    /// <summary>Fills one tensor of the table, right after it was created.</summary>
    /// <exception cref="InputException">A file cannot be read, or has changed since its header was read.</exception>
    public void Fill(TensorSpec spec, IReadOnlyDictionary<string, Tensor> tensors)
    {
        if (files is not null && spec.Part == Part.Weights)
        {
            files.Fill(spec, tensors);
            return;
        }
        var tensor = tensors[spec.Name];
        switch (spec.Role)
        {
            case TensorRole.Buffer when spec.Name == "prompt":
                FillPrompt(tensor);
                break;
            case TensorRole.Buffer:
            case TensorRole.LinearWeight or TensorRole.Embedding when spec.Type == DataType.Int8:
                // A cache starts empty; a quantized weight is filled together with its scales.
                break;
            case TensorRole.Scale:
                var weight = spec.Name[..^".scale".Length];
                FillQuantized(tensors[weight], tensor, WeightGenerator.Stream(seed, weight), DeviationOf(weight));
                break;
            case TensorRole.NormWeight:
                FillNormal(tensor, spec, mean: 1);
                break;
            case TensorRole.Angles:
                RowFiller.Fill(tensor, spec);
                break;
            case TensorRole.Embedding or TensorRole.Positions or TensorRole.LinearWeight or TensorRole.Bias or TensorRole.Parameter:
                FillNormal(tensor, spec, mean: 0);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(spec), spec.Role, "not a role");
        }
    }

    public void Dispose()
    {
        memory.Dispose();
        files?.Dispose();
    }

    private double DeviationOf(string name) =>
        name.EndsWith("c_proj.weight", StringComparison.Ordinal) ? Deviation / Math.Sqrt(2.0 * model.Layers) : Deviation;

    private void FillNormal(Tensor tensor, TensorSpec spec, double mean)
    {
        var stream = WeightGenerator.Stream(seed, spec.Name);
        var deviation = DeviationOf(spec.Name);
        switch (spec.Type)
        {
            case DataType.Float32:
                FillAll(tensor, stream, WeightGenerator.Table(mean, deviation, value => value));
                break;
            case DataType.Float16:
                FillAll(tensor, stream, WeightGenerator.Table(mean, deviation, value => (Half)value));
                break;
            case DataType.BFloat16:
                FillAll(tensor, stream, WeightGenerator.Table(mean, deviation, StoredElements.BFloat16Bits));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(spec), spec.Type, "not an unquantized weight type");
        }
    }

    private void FillAll<T>(Tensor tensor, ulong stream, T[] table)
        where T : unmanaged
    {
        using var flat = tensor.reshape(-1);
        memory.ByChunks<T>(flat, ChunkElements, (elements, first) => InParallel(elements, (block, at) =>
            WeightGenerator.Fill(block, stream, first + at, table)));
    }

    /// <summary>Symmetric, one scale per output channel: scale = max|w| / 127, q = round(w / scale).</summary>
    private void FillQuantized(Tensor weight, Tensor scales, ulong stream, double deviation)
    {
        var columns = weight.shape[^1];
        var rows = weight.NumberOfElements / columns;
        var table = WeightGenerator.Table(0, deviation, value => value);
        var rowScales = new float[rows];
        using var flat = weight.reshape(-1);
        memory.ByChunks<sbyte>(flat, checked((int)(columns * Math.Max(1, ChunkElements / columns))), (elements, first) =>
            Parallel.For(0, (int)(elements.Length / columns), row =>
            {
                Span<float> values = columns <= 16_384 ? stackalloc float[(int)columns] : new float[columns];
                WeightGenerator.Fill(values, stream, first + (row * columns), table);
                var scale = Math.Max(MaxMagnitude(values), float.Epsilon) / 127;
                rowScales[(first / columns) + row] = scale;
                var quantized = elements.Slice(row * (int)columns, (int)columns);
                for (var i = 0; i < quantized.Length; i++)
                    quantized[i] = (sbyte)MathF.Round(values[i] / scale);
            }));
        using var host = tensor(rowScales, scales.shape);
        _ = scales.copy_(host);
    }

    /// <summary>The prompt token at this row-major index of [B, P].</summary>
    public long PromptToken(long place) => Prompt is { } given ? given[(int)(place % given.Count)] : WeightGenerator.Below(WeightGenerator.Stream(seed, "prompt"), place, model.Vocabulary);

    private void FillPrompt(Tensor prompt)
    {
        using var flat = prompt.reshape(-1);
        memory.ByChunks<long>(flat, ChunkElements, (elements, first) =>
        {
            for (var i = 0; i < elements.Length; i++)
                elements[i] = PromptToken(first + i);
        });
    }

    private static float MaxMagnitude(ReadOnlySpan<float> values)
    {
        var most = 0f;
        foreach (var value in values)
            most = Math.Max(most, Math.Abs(value));
        return most;
    }

    private static void InParallel<T>(Elements<T> elements, SpanAction<T> fill)
        where T : unmanaged
    {
        const int block = 1 << 16;
        Parallel.For(0, (elements.Length + block - 1) / block, i =>
        {
            var at = i * block;
            fill(elements.Slice(at, (int)Math.Min(block, elements.Length - at)), (int)at);
        });
    }

    private delegate void SpanAction<T>(Span<T> block, int at);
}
