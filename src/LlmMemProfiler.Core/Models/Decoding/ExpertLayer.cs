using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Decoding;

/// <summary>The feed-forward layer of any one expert, whose weights are taken out of the tensors that hold them.</summary>
internal abstract class ExpertLayer<TTensor>(Experts experts, Assembly<TTensor> parts)
    where TTensor : class, IDisposable
{
    public static ExpertLayer<TTensor> Of(Experts experts, Assembly<TTensor> parts) =>
        experts.Layout == ExpertLayout.Each ? new SeparateExperts<TTensor>(experts, parts)
        : experts.Layout == ExpertLayout.Rows ? new ExpertsBelowEachOther<TTensor>(experts, parts)
        : new StackedExperts<TTensor>(experts, parts);

    protected Experts Experts => experts;

    protected ITensorOps<TTensor> Ops => parts.Ops;

    /// <summary>[m, d] → [m, d].</summary>
    /// <param name="input">Disposed.</param>
    /// <param name="number">Number of the expert.</param>
    public abstract TTensor Forward(TTensor input, int number);

    /// <summary>act(gate) · up, with the model's bounds; a new tensor.</summary>
    protected TTensor Opened(TTensor gates, TTensor up)
    {
        if (experts.Clamp is { } clamp)
            return Ops.ClampedGate(gates, up, clamp);
        var activated = Ops.Activate(gates, experts.Activation);
        Ops.Multiply(activated, up);
        return activated;
    }

    /// <summary>A linear layer whose weight and bias are slices of the first dimension; the weight may be kept transposed.</summary>
    protected TTensor Linear(TTensor rows, Weight weight, Weight? bias, int number, long width, bool isTransposed = false)
    {
        var kept = parts.Kept(weight.Name);
        var size = weight.Shape[0] / experts.Count;
        using var slice = Matrix(kept.Tensor, number * size, size, width);
        using var added = bias is null ? null : Vector(parts.Tensor(bias.Name), number);
        if (kept.Scale is null)
            return Product(rows, slice, added, isTransposed);
        using var scales = Matrix(kept.Scale, number * size, size, 1);
        using var wide = Dequantized(slice, scales);
        return Product(rows, wide, added, isTransposed);
    }

    private TTensor Product(TTensor rows, TTensor weight, TTensor? bias, bool isTransposed)
    {
        if (!isTransposed)
            return Ops.Linear(rows, weight, bias);
        using var turned = Ops.Transposed(weight);
        return Ops.Linear(rows, turned, bias);
    }

    private TTensor Dequantized(TTensor weight, TTensor scales)
    {
        using var owner = Ops.Tags.Owner(Part.Workspace);
        var wide = Ops.Cast(weight, parts.Workload.ComputeType);
        Ops.MultiplyScales(wide, scales);
        return wide;
    }

    private TTensor Matrix(TTensor tensor, long first, long count, long width)
    {
        using var part = Ops.Narrow(tensor, 0, first, count);
        return Ops.InRowsOf(part, width);
    }

    private TTensor Vector(TTensor tensor, int number)
    {
        using var row = Ops.Narrow(tensor, 0, number, 1);
        return Ops.Flatten(row);
    }
}

/// <summary>Each expert has tensors of its own.</summary>
internal sealed class SeparateExperts<TTensor>(Experts experts, Assembly<TTensor> parts) : ExpertLayer<TTensor>(experts, parts)
    where TTensor : class, IDisposable
{
    private readonly LinearLayer<TTensor>[] layers = [.. experts.Routed.Select(weight => parts.Linear(weight))];
    private readonly int perExpert = experts.IsGated ? 3 : 2;

    public override TTensor Forward(TTensor input, int number)
    {
        var first = number * perExpert;
        using var inner = Inner(input, first);
        return layers[first + perExpert - 1].Forward(inner);
    }

    private TTensor Inner(TTensor input, int first)
    {
        using (input)
        {
            using var gates = layers[first].Forward(input);
            if (!Experts.IsGated)
                return Ops.Activate(gates, Experts.Activation);
            using var up = layers[first + 1].Forward(input);
            return Opened(gates, up);
        }
    }
}

/// <summary>All experts in one tensor, gate and up together.</summary>
internal sealed class StackedExperts<TTensor>(Experts experts, Assembly<TTensor> parts) : ExpertLayer<TTensor>(experts, parts)
    where TTensor : class, IDisposable
{
    private readonly Weight up = experts.Routed[0], down = experts.Routed[1];
    private readonly Weight? upBias = experts.Routed.Count > 2 ? experts.Routed[2] : null, downBias = experts.Routed.Count > 2 ? experts.Routed[3] : null;

    public override TTensor Forward(TTensor input, int number)
    {
        using var inner = Inner(input, number);
        return Linear(inner, down, downBias, number, down.Shape[^1]);
    }

    private TTensor Inner(TTensor input, int number)
    {
        using var both = First(input, number);
        if (!Experts.IsGated)
            return Ops.Activate(both, Experts.Activation);
        return Experts.Layout == ExpertLayout.StackedInTurn ? InTurn(both) : SideBySide(both);
    }

    private TTensor First(TTensor input, int number)
    {
        using (input)
            return Linear(input, up, upBias, number, up.Shape[^1]);
    }

    private TTensor SideBySide(TTensor both)
    {
        using var gates = Ops.Narrow(both, 1, 0, Experts.Width);
        using var wide = Ops.Narrow(both, 1, Experts.Width, Experts.Width);
        return Opened(gates, wide);
    }

    /// <summary>Columns of gate and up in turn: pairs, one below the other.</summary>
    private TTensor InTurn(TTensor both)
    {
        using var pairs = Ops.InRowsOf(both, 2);
        using var gates = Ops.Narrow(pairs, 1, 0, 1);
        using var wide = Ops.Narrow(pairs, 1, 1, 1);
        using var opened = Opened(gates, wide);
        return Ops.InRowsOf(opened, Experts.Width);
    }
}

/// <summary>The rows of all experts below each other, in three tensors, of which the last is transposed.</summary>
internal sealed class ExpertsBelowEachOther<TTensor>(Experts experts, Assembly<TTensor> parts) : ExpertLayer<TTensor>(experts, parts)
    where TTensor : class, IDisposable
{
    public override TTensor Forward(TTensor input, int number)
    {
        using var inner = Inner(input, number);
        return Linear(inner, Experts.Routed[2], null, number, Experts.Routed[2].Shape[^1], isTransposed: true);
    }

    private TTensor Inner(TTensor input, int number)
    {
        using (input)
        {
            using var gates = Linear(input, Experts.Routed[0], null, number, Experts.Routed[0].Shape[^1]);
            using var up = Linear(input, Experts.Routed[1], null, number, Experts.Routed[1].Shape[^1]);
            return Opened(gates, up);
        }
    }
}
