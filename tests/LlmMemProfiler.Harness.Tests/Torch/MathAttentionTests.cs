using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.Core.Shapes.Kernels;
using LlmMemProfiler.Core.Shapes.Kernels.Cuda;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Device.Hook;
using LlmMemProfiler.Harness.Torch;
using TorchSharp;

namespace LlmMemProfiler.Harness.Tests.Torch;

/// <summary>
/// Attention in plain operations is one composite for every device, so what CUDA's model of it says can be held to what libtorch
/// does on the CPU.
/// </summary>
public class MathAttentionTests(TorchFixture fixture)
{
    private const long B = 2, H = 3, T = 5, L = 7, D = 10;

    [Theory]
    [InlineData(DataType.Float16, false, false)]
    [InlineData(DataType.Float16, true, false)]
    [InlineData(DataType.BFloat16, false, true)]
    [InlineData(DataType.BFloat16, true, true)]
    [InlineData(DataType.Float32, false, false)]
    [InlineData(DataType.Float32, true, true)]
    public void The_order_of_plain_attentions_blocks_is_that_of_libtorch(DataType type, bool masked, bool isOneSequence)
    {
        var batch = isOneSequence ? 1 : B;
        var shape = new AttentionShape(batch, H, T, masked ? L : T, D, masked, Causal: !masked, type);
        var kernels = new CudaKernels(
            // Newer than any kernel, so that plain operations are what remains; cuBLAS's workspaces are not the CPU's.
            GpuModel.Of("new", new(99, 0), 100, GpuCapacity.Unknown), LibTorchCuda.TorchSharp, new(CublasWorkspace: ":0:0"));
        Assert.Equal(AttentionBackend.Math, kernels.Backend(shape));

        Assert.Equal(Predicted(kernels.FusedAttention(shape), batch * H * T * D * type.Bytes()), OnAnyDevice(Measured(shape)));
    }

    private static List<string> Predicted(KernelScript script, long result)
    {
        var numbers = new Dictionary<int, int>();
        var lines = new List<string>();
        foreach (var step in script.Steps)
        {
            if (step.Kind == StepKind.Allocate)
                numbers[step.Block] = lines.Count;
            lines.Add(step.Kind switch
            {
                StepKind.Result => $"take {result}",
                StepKind.Allocate => $"take {step.Size}",
                _ => $"free {step.Size} of {numbers[step.Block]}",
            });
        }
        return lines;
    }

    private List<(ulong Block, long Size)> Measured(in AttentionShape shape)
    {
        using var noGradients = torch.inference_mode();
        using var hook = AllocationHook.TryInstall(fixture.Library, new(), HookDevice.Cpu, out var reason);
        Assert.True(hook is not null, reason);
        var type = shape.Type.ToTorch();
        using var rows = torch.zeros([shape.Batch * T, 3 * H * D], type);
        using var queries = rows.as_strided([shape.Batch, H, T, D], [T * 3 * H * D, D, 3 * H * D, 1], 0);
        // Numbers that do not lie side by side are what the CPU's fused kernel refuses.
        using var wide = torch.zeros([shape.Batch, H, shape.Keys, D, 2], type);
        using var keys = wide.select(4, 0);
        using var buffer = torch.zeros([shape.Batch, H, 11, D], type);
        using var values = buffer.narrow(2, 0, shape.Keys);
        using var mask = shape.HasMask ? torch.zeros([T, shape.Keys], type) : null;
        hook.Drain(new Blocks());
        using var result = torch.nn.functional.scaled_dot_product_attention(queries, keys, values, mask, is_casual: shape.Causal);
        var blocks = new Blocks();
        hook.Drain(blocks);
        hook.Pause();
        Assert.Equal([H * T * D, T * D, D, 1], result.stride());
        return blocks.Events;
    }

    /// <summary>
    /// Without what the host alone does: a number that multiplies is an FP64 and an FP32 scalar around the product, on the host
    /// whatever the device; a mask of another type is cast before it is added, where CUDA casts number by number (ATen,
    /// <c>TensorIterator.cpp</c>, <c>compute_types</c>).
    /// </summary>
    private static List<string> OnAnyDevice(List<(ulong Block, long Size)> events)
    {
        var cast = events.FindIndex(e => e.Size == T * L * sizeof(float));
        if (cast >= 0 && events[cast + 1] == (events[cast].Block, -events[cast].Size))
            events.RemoveRange(cast, 2);
        for (var i = 0; i + 4 < events.Count; i++)
        {
            if (events[i].Size == 8 && events[i + 1].Size == 4 && events[i + 3].Size == -4 && events[i + 4].Size == -8)
            {
                events.RemoveRange(i + 3, 2);
                events.RemoveRange(i, 2);
            }
        }
        var numbers = new Dictionary<ulong, int>();
        var lines = new List<string>();
        foreach (var (block, size) in events)
        {
            lines.Add(size > 0 ? $"take {size}" : $"free {-size} of {numbers[block]}");
            if (size > 0)
                numbers[block] = lines.Count - 1;
        }
        return lines;
    }

    private sealed class Blocks : IAllocationSink
    {
        public List<(ulong Block, long Size)> Events { get; } = [];

        public void Add(in AllocationEvent e) => Events.Add((e.Block, e.Size));
    }
}
