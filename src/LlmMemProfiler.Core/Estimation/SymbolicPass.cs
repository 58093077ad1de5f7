using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Decoding;
using LlmMemProfiler.Core.Shapes;

namespace LlmMemProfiler.Core.Estimation;

/// <summary>One pass of a decode on shapes alone, as if all passes before it had run.</summary>
internal static class SymbolicPass
{
    /// <summary>The peak of its tensors.</summary>
    /// <param name="model">The model.</param>
    /// <param name="workload">The workload.</param>
    /// <param name="phase">Prefill or decode.</param>
    /// <param name="step">Prefill chunk or decode step.</param>
    /// <exception cref="OverflowException">A size does not fit 64 bits.</exception>
    public static PeakMoment Peak(ModelSpec model, Workload workload, Phase phase, int step)
    {
        var ledger = new AllocationLedger();
        var decoder = Decoder.Load(new ShapeOps(new TagCursor(), ledger), model, workload, (_, _) => { });
        if (phase == Phase.Prefill)
        {
            decoder.Grow(workload.PrefillPass(step).Position);
            decoder.Prefill(step);
        }
        else
        {
            decoder.Grow(workload.Prompt + step - 1L);
            decoder.Step(step);
        }
        ledger.Flush();
        return ledger.Steps[^1].TensorPeak;
    }
}
