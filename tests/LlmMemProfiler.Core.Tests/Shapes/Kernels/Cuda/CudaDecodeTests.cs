using CsCheck;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Shapes.Kernels.Cuda;

namespace LlmMemProfiler.Core.Tests.Shapes.Kernels.Cuda;

/// <summary>Whole decodes on CUDA's kernels, drawn at random.</summary>
public class CudaDecodeTests
{
    private static readonly Gen<CudaKernels> Kernels =
        from gpu in Gen.Int[0, GpuModels.All.Count - 1]
        from isNewer in Gen.Bool
        select new CudaKernels(
            GpuModels.All[gpu], isNewer ? Scripts.PyTorch211 : LibTorchCuda.TorchSharp, new());

    [Fact]
    public void Scratch_is_all_given_back_and_only_the_workspaces_stay() =>
        Gen.Select(Arbitrary.Decode, Kernels).Sample(
            (decode, kernels) =>
            {
                var (bare, cuda) = (Live(decode, null), Live(decode, kernels));
                var workspaces = cuda.Where(b => b.Part == Part.Workspace).Select(b => b.Size).Order().ToList();
                Assert.Contains(workspaces, w => w is 8_519_680 or 33_554_432);
                Assert.InRange(workspaces.Count, 1, 2);
                Assert.All(workspaces.SkipLast(1), w => Assert.Equal(1 << 20, w));
                // The rest is what any device keeps, block by block.
                Assert.Equal(bare, cuda.Where(b => b.Part != Part.Workspace));
            },
            iter: 400);

    [Fact]
    public void Where_layouts_are_the_same_tensors_are_those_of_any_device() =>
        Gen.Select(Arbitrary.Decode, Kernels).Sample(
            (decode, kernels) =>
            {
                // Plain attention: no backend decides about a layout.
                var workload = decode.Workload with { Attention = AttentionKernel.Math };
                var (bare, cuda) = (Tensors(decode.Model, workload, null), Tensors(decode.Model, workload, kernels));
                Assert.Equal(bare, cuda);
            },
            iter: 200);

    /// <summary>What is alive after the last token, in the order it was taken.</summary>
    private static List<(long Size, Part Part)> Live((ModelSpec Model, Workload Workload) decode, CudaKernels? kernels)
    {
        var recording = new Recording();
        SymbolicRun.Decode(decode.Model, decode.Workload, recording, kernels);
        var live = new Dictionary<ulong, (long Size, Part Part)>();
        foreach (var e in recording.Events)
        {
            if (e.Size > 0)
                live.Add(e.Block, (e.Size, e.Tag.Part));
            else
                Assert.True(live.Remove(e.Block, out var taken) && taken.Size == -e.Size, "a block is freed once, with its size");
        }
        return [.. live.OrderBy(b => b.Key).Select(b => b.Value)];
    }

    /// <summary>
    /// Takes and frees of the blocks that outlive their operation. Ids with gaps, which only the CPU copies, are freed within theirs.
    /// </summary>
    private static List<string> Tensors(ModelSpec model, Workload workload, CudaKernels? kernels)
    {
        var recording = new Recording();
        var ledger = new AllocationLedger(recording);
        SymbolicRun.Decode(model, workload, ledger, kernels);
        ledger.Flush();
        var kept = recording.Events.Where(e => e.Tag.Part == Part.Workspace && e.Size >= 1 << 20).Select(e => e.Block).ToHashSet();
        var numbers = new Dictionary<ulong, int>();
        var lines = new List<string>();
        foreach (var e in recording.Events.Where(e => !kept.Contains(e.Block)))
        {
            if (e.Size > 0)
                numbers[e.Block] = numbers.Count;
            lines.Add($"{numbers[e.Block]}: {e.Size} in {e.Tag}");
        }
        return lines;
    }
}
