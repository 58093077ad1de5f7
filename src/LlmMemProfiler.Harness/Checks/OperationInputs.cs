using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Harness.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace LlmMemProfiler.Harness.Checks;

/// <summary>Input tensors for the operations: the same numbers on each device and in each type, up to rounding.</summary>
internal sealed class OperationInputs
{
    public const int Width = 64;
    public const int Length = 5;

    private const int Batch = 2;
    private const int Heads = 4;
    private const int Output = 96;

    private readonly Random random = new(20_251);
    private readonly ScalarType rounding;
    private readonly ScalarType stored;
    private readonly torch.Device device;

    /// <param name="type">The type the numbers are rounded to.</param>
    /// <param name="storedAs">The storage type: the same, or wider for a reference.</param>
    /// <param name="device">The device.</param>
    public OperationInputs(DataType type, DataType storedAs, torch.Device device)
    {
        Type = storedAs;
        (rounding, stored) = (type.ToTorch(), storedAs.ToTorch());
        this.device = device;
        Rows = Uniform(Batch * Length, Width);
        Positions = Uniform(Length, Width);
        Weight = Uniform(Output, Width);
        (Gain, Bias, OutputBias) = (Uniform(Width), Uniform(Width), Uniform(Output));
        (Queries, Keys, Values) = (Uniform(Batch, Heads, Length, 16), Uniform(Batch, Heads, Length, 16), Uniform(Batch, Heads, Length, 16));
        Square = Uniform(Batch, Heads, Length, Length);
        Mask = Uniform(Length, Length);
        Scales = Uniform(Batch * Length, 1);
        (Cosines, Sines) = (Uniform(Length, 6), Uniform(Length, 6));
        Ids = tensor(new long[] { 7, 0, Output - 1, 7 }).to(device);
        Small = tensor([.. Enumerable.Range(sbyte.MinValue, 256).Select(n => (sbyte)n)]).to(device);
        // The maximum of each row is unique in every type.
        Distinct = Rounded([.. Enumerable.Range(0, Length * 100).Select(n => (float)(n * 37 % 101))], [Length, 100]);
    }

    public DataType Type { get; }

    public Tensor Rows { get; }

    public Tensor Positions { get; }

    public Tensor Weight { get; }

    public Tensor Gain { get; }

    public Tensor Bias { get; }

    public Tensor OutputBias { get; }

    public Tensor Queries { get; }

    public Tensor Keys { get; }

    public Tensor Values { get; }

    public Tensor Square { get; }

    public Tensor Mask { get; }

    public Tensor Scales { get; }

    public Tensor Cosines { get; }

    public Tensor Sines { get; }

    public Tensor Ids { get; }

    public Tensor Small { get; }

    public Tensor Distinct { get; }

    private Tensor Uniform(params long[] shape)
    {
        var count = shape.Aggregate(1L, (product, length) => product * length);
        return Rounded([.. Enumerable.Range(0, (int)count).Select(_ => (random.NextSingle() * 4) - 2)], shape);
    }

    private Tensor Rounded(float[] numbers, long[] shape) => tensor(numbers, shape).to(rounding).to(stored).to(device);
}
