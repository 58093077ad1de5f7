using System.Globalization;
using System.Runtime.InteropServices;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Harness.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace LlmMemProfiler.Harness.Checks;

/// <summary>
/// Runs every operation of the model on a device, in each type, and compares it with the CPU's FP32 result on the same
/// numbers, to verify a GPU or a libtorch that the wrapper was not built for.
/// </summary>
public static class OperationTest
{
    private static readonly DataType[] Types = [DataType.Float32, DataType.Float16, DataType.BFloat16];

    /// <summary>Runs all operations.</summary>
    /// <param name="device">The device.</param>
    /// <param name="name">The device's name in the findings.</param>
    /// <param name="computes">False for a virtual GPU, whose kernels compute nothing: then shapes are compared, and values are not.</param>
    /// <returns>One finding per type.</returns>
    public static IReadOnlyList<Finding> Run(torch.Device device, string name, bool computes = true) =>
        Run(new TorchOps(new TagCursor(), device, computes ? null : ExpertLoads.Balanced), device, name, computes);

    internal static IReadOnlyList<Finding> Run(ITensorOps<Tensor> ops, torch.Device device, string name, bool computes = true)
    {
        using var inference = inference_mode();
        return [.. Types.Select(type => Run(ops, device, name, type, computes))];
    }

    private static Finding Run(ITensorOps<Tensor> ops, torch.Device device, string name, DataType type, bool computes)
    {
        var what = $"operations, {name} {type.Name()}";
        var reference = new TorchOps(new TagCursor(), CPU);
        var (worst, worstOperation) = (0.0, Operation.None);
        foreach (var (operation, run) in OperationCase.All)
        {
            using var scope = NewDisposeScope();
            var tolerance = Tolerance(type, operation, isGpu: device.type == DeviceType.CUDA);
            double difference;
            try
            {
                var result = run(ops, new(type, type, device));
                var expected = run(reference, new(type, DataType.Float32, CPU));
                if (!result.shape.SequenceEqual(expected.shape))
                    return new(what, FindingState.Failed, $"{operation} gives the shape [{string.Join(", ", result.shape)}]; must be [{string.Join(", ", expected.shape)}]");
                difference = computes ? Difference(result, expected) : 0;
            }
            catch (ExternalException e)
            {
                return new(what, FindingState.Failed, $"{operation}: {e.Message.Split('\n')[0].Trim()}");
            }
            if (!(difference <= tolerance))
            {
                return new(
                    what, FindingState.Failed,
                    string.Create(CultureInfo.InvariantCulture, $"{operation} is off by {difference:0.0e+0} of its largest value; at most {tolerance:0.0e+0} is allowed"));
            }
            if (difference > worst)
                (worst, worstOperation) = (difference, operation);
        }
        if (!computes)
            return new(what, FindingState.Absent, $"not computed here: all {OperationCase.All.Count} cases run, and give the CPU's shapes; a virtual GPU has no values");
        var largest = worst == 0 ? "equal" : string.Create(CultureInfo.InvariantCulture, $"largest difference {worst:0.0e+0} ({worstOperation})");
        return new(what, FindingState.Good, $"{OperationCase.All.Count} cases agree with the CPU's FP32: {largest}");
    }

    /// <summary>The largest difference relative to the reference's largest value; NaN if shapes differ or a value is NaN.</summary>
    internal static double Difference(Tensor result, Tensor reference)
    {
        if (!result.shape.SequenceEqual(reference.shape))
            return double.NaN;
        var (a, b) = (Numbers(result), Numbers(reference));
        var scale = b.Max(x => Math.Abs((double)x));
        // Math.Max propagates NaN.
        var largest = a.Zip(b, (x, y) => Math.Abs((double)x - y)).Aggregate(0.0, Math.Max);
        return largest == 0 ? 0 : largest / scale;
    }

    /// <summary>Uses only libtorch functions that the model uses too.</summary>
    private static float[] Numbers(Tensor tensor)
    {
        using var accessor = tensor.cpu().to(ScalarType.Float32).reshape(-1).data<float>();
        return accessor.ToArray();
    }

    /// <summary>
    /// 8 ulp of 1, for reordered sums over 64 terms and the rounding of the result. 32 for fused FP32 attention on a GPU: the kernel
    /// keeps running sums over blocks of keys, rescales them at each new maximum, and takes exponentials by fast instructions of about
    /// 2 ulp each; correct results came within 1.5 times of 8.
    /// </summary>
    internal static double Tolerance(DataType type, Operation operation, bool isGpu) => type switch
    {
        DataType.Float32 when isGpu && operation == Operation.FusedAttention => 32 * Math.Pow(2, -23),
        DataType.Float32 => 8 * Math.Pow(2, -23),
        DataType.Float16 => 8 * Math.Pow(2, -10),
        DataType.BFloat16 => 8 * Math.Pow(2, -7),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "not a compute type"),
    };
}
