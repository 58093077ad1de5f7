using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Models.Decoding;

/// <summary>An output layer whose rows are divided by their lengths, as soon as they are filled: a few at a time, in place.</summary>
/// <remarks>
/// baichuan-inc/Baichuan2-7B-Chat, <c>modeling_baichuan.py</c>, <c>NormHead</c>, does it in the first pass and keeps the result; vLLM,
/// <c>model_executor/models/baichuan.py</c>, when it loads.
/// </remarks>
internal static class NormalizedOutput
{
    private const long RowsAtOnce = 64;

    /// <summary>Normalizes what has just been filled, if it is the output layer, or its scales.</summary>
    public static void Finish<TTensor>(ITensorOps<TTensor> ops, ModelSpec model, TensorSpec filled, IReadOnlyDictionary<string, TTensor> tensors)
        where TTensor : class, IDisposable
    {
        if (!model.IsOutputNormalized)
            return;
        var name = model.Output.Name + ".weight";
        var (weight, scales) = (tensors.GetValueOrDefault(name), tensors.GetValueOrDefault(name + ".scale"));
        if (weight is null || filled.Name != (scales is null ? name : name + ".scale") || filled.Type == DataType.Int8)
            return;
        using var owner = ops.Tags.Owner(Part.Workspace);
        for (var first = 0L; first < model.Output.Outputs; first += RowsAtOnce)
            Normalize(ops, weight, scales, first, Math.Min(RowsAtOnce, model.Output.Outputs - first));
    }

    private static void Normalize<TTensor>(ITensorOps<TTensor> ops, TTensor weight, TTensor? scales, long first, long count)
        where TTensor : class, IDisposable
    {
        using var rows = ops.Narrow(weight, 0, first, count);
        using var ofRows = scales is null ? null : ops.Narrow(scales, 0, first, count);
        ops.NormalizeRows(rows, ofRows);
    }
}
