using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Shapes.Kernels;
using LlmMemProfiler.Core.Shapes.Kernels.Cpu;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Device.Hook;
using LlmMemProfiler.Harness.Torch;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace LlmMemProfiler.Harness.Scratch;

/// <summary>
/// Runs each half-precision product of a model once, in isolation, and records the library's scratch, which depends on shape,
/// layout, type and instruction set in undocumented ways.
/// </summary>
internal sealed class ScratchProbe(AllocationHook hook)
{
    private readonly Recorder recorder = new();

    /// <summary>Measures all shapes missing from the table.</summary>
    public void Complete(ScratchTable table)
    {
        hook.Resume();
        foreach (var shape in table.MissingLinears.ToArray())
            table.Add(shape, Measure(shape));
        foreach (var shape in table.MissingProducts.ToArray())
            table.Add(shape, Measure(shape));
        hook.Pause();
        hook.Drain(new Recorder());
    }

    private KernelScript Measure(LinearShape shape)
    {
        using var rows = zeros([shape.Rows, shape.Inputs], shape.Type.ToTorch());
        using var weight = zeros([shape.Outputs, shape.Inputs], shape.Type.ToTorch());
        using var bias = shape.HasBias ? zeros([shape.Outputs], shape.Type.ToTorch()) : null;
        return Watch(() => functional.linear(rows, weight, bias));
    }

    private KernelScript Measure(ProductShape shape)
    {
        using var left = Strided(shape.Batch, shape.Rows, shape.Inner, shape.Left, shape.Type);
        using var right = Strided(shape.Batch, shape.Inner, shape.Columns, shape.Right, shape.Type);
        return Watch(() => left.bmm(right));
    }

    private static Tensor Strided(long batch, long rows, long columns, Strides strides, DataType type)
    {
        var elements = 1 + ((batch - 1) * strides.Batch) + ((rows - 1) * strides.Row) + ((columns - 1) * strides.Column);
        using var storage = zeros([elements], type.ToTorch());
        return storage.as_strided([batch, rows, columns], [strides.Batch, strides.Row, strides.Column]);
    }

    private KernelScript Watch(Func<Tensor> operation)
    {
        hook.Drain(new Recorder());
        recorder.Events.Clear();
        using var result = operation();
        hook.Drain(recorder);
        return KernelScript.Observed(recorder.Events);
    }

    private sealed class Recorder : IAllocationSink
    {
        public List<AllocationEvent> Events { get; } = [];

        public void Add(in AllocationEvent e) => Events.Add(e);
    }
}
