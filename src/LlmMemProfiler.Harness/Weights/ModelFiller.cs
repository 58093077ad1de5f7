using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Layers;
using LlmMemProfiler.Core.Units;
using static TorchSharp.torch;

namespace LlmMemProfiler.Harness.Weights;

/// <summary>
/// Fills a model's tensors in place: weights as GPT-2 initializes them (standard deviation 0.02, residual outputs divided by
/// √2N), norms around 1, biases around 0, and a random prompt. No tensor is duplicated; on a GPU a staging buffer of a few
/// megabytes is reused.
/// </summary>
/// <remarks>Radford et al. (2019), section 2.3, for the residual scaling.</remarks>
public sealed class ModelFiller(ModelSpec model, long seed) : IDisposable
{
    private const int ChunkElements = 1 << 22;
    private const double Deviation = 0.02;

    private Tensor? staging;

    /// <summary>Fills one tensor of the table, right after it was created.</summary>
    public void Fill(TensorSpec spec, IReadOnlyDictionary<string, Tensor> tensors)
    {
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

    public void Dispose() => staging?.Dispose();

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
                FillAll(tensor, stream, WeightGenerator.Table(mean, deviation, BFloat16Bits));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(spec), spec.Type, "not an unquantized weight type");
        }
    }

    /// <summary>BF16 is the upper half of a float, rounded to even.</summary>
    private static ushort BFloat16Bits(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    private void FillAll<T>(Tensor tensor, ulong stream, T[] table)
        where T : unmanaged
    {
        using var flat = tensor.reshape(-1);
        ByChunks<T>(flat, ChunkElements, (elements, first) => InParallel(elements, (block, at) =>
            WeightGenerator.Fill(block, stream, first + at, table)));
    }

    /// <summary>Symmetric, one scale per output channel: scale = max|w| / 127, q = round(w / scale).</summary>
    private void FillQuantized(Tensor weight, Tensor scales, ulong stream, double deviation)
    {
        var (rows, columns) = (weight.shape[0], weight.shape[1]);
        var table = WeightGenerator.Table(0, deviation, value => value);
        var rowScales = new float[rows];
        using var flat = weight.reshape(-1);
        ByChunks<sbyte>(flat, checked((int)(columns * Math.Max(1, ChunkElements / columns))), (elements, first) =>
            Parallel.For(0, elements.Length / (int)columns, row =>
            {
                Span<float> values = columns <= 16_384 ? stackalloc float[(int)columns] : new float[columns];
                WeightGenerator.Fill(values, stream, first + (row * columns), table);
                var scale = Math.Max(MaxMagnitude(values), float.Epsilon) / 127;
                rowScales[(first / columns) + row] = scale;
                var quantized = elements.Span.Slice(row * (int)columns, (int)columns);
                for (var i = 0; i < quantized.Length; i++)
                    quantized[i] = (sbyte)MathF.Round(values[i] / scale);
            }));
        using var host = tensor(rowScales, [rows, 1]);
        _ = scales.copy_(host);
    }

    /// <summary>The prompt token at this row-major index of [B, P].</summary>
    public long PromptToken(long place) => WeightGenerator.Below(WeightGenerator.Stream(seed, "prompt"), place, model.Vocabulary);

    private void FillPrompt(Tensor prompt)
    {
        using var flat = prompt.reshape(-1);
        ByChunks<long>(flat, ChunkElements, (elements, first) =>
        {
            for (var i = 0; i < elements.Length; i++)
                elements.Span[i] = PromptToken(first + i);
        });
    }

    private static float MaxMagnitude(ReadOnlySpan<float> values)
    {
        var most = 0f;
        foreach (var value in values)
            most = Math.Max(most, Math.Abs(value));
        return most;
    }

    /// <summary>Writes a flat tensor in chunks: directly on the CPU, otherwise through the staging buffer.</summary>
    private unsafe void ByChunks<T>(Tensor flat, int chunk, Action<Elements<T>, long> write)
        where T : unmanaged
    {
        for (long first = 0, total = flat.shape[0]; first < total; first += chunk)
        {
            var count = (int)Math.Min(chunk, total - first);
            using var place = flat.narrow(0, first, count);
            using var host = place.device_type == TorchSharp.DeviceType.CPU ? place.alias() : Staging(place.dtype, count);
            var bytes = host.bytes;
            write(new((T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(bytes)), count), first);
            if (place.device_type != TorchSharp.DeviceType.CPU)
                _ = place.copy_(host);
        }
    }

    private Tensor Staging(ScalarType type, int count)
    {
        if (staging is null || staging.dtype != type || staging.shape[0] < count)
        {
            staging?.Dispose();
            staging = empty(count, dtype: type);
        }
        return staging.narrow(0, 0, count);
    }

    private static void InParallel<T>(Elements<T> elements, SpanAction<T> fill)
        where T : unmanaged
    {
        const int block = 1 << 16;
        Parallel.For(0, (elements.Length + block - 1) / block, i =>
        {
            var at = i * block;
            fill(elements.Span.Slice(at, Math.Min(block, elements.Length - at)), at);
        });
    }

    private delegate void SpanAction<T>(Span<T> block, int at);

    /// <summary>Unmanaged elements that, unlike a span, a lambda can capture.</summary>
    private readonly unsafe struct Elements<T>(T* first, int length)
        where T : unmanaged
    {
        private readonly T* first = first;

        public int Length => length;

        public Span<T> Span => new(first, length);
    }
}
