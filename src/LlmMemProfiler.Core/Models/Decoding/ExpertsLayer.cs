using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Decoding;

/// <summary>
/// Experts with their weights: each that has rows reads them, one expert after the other, and what it makes of them is added to
/// the output.
/// </summary>
/// <remarks>As transformers' <c>MixtralSparseMoeBlock</c> and <c>Qwen2MoeSparseMoeBlock</c> do without fused kernels.</remarks>
internal sealed class ExpertsLayer<TTensor>(Experts experts, Assembly<TTensor> parts) : LoadedSublayer<TTensor>
    where TTensor : class, IDisposable
{
    private readonly ITensorOps<TTensor> ops = parts.Ops;
    private readonly long batch = parts.Workload.Batch;
    private readonly Router<TTensor> router = new(experts, parts);
    private readonly ExpertLayer<TTensor> expert = ExpertLayer<TTensor>.Of(experts, parts);
    private readonly LinearLayer<TTensor>? narrow = experts.Narrow is { } linear ? parts.Linear(linear) : null;
    private readonly LinearLayer<TTensor>? widen = experts.Widen is { } linear ? parts.Linear(linear) : null;
    private readonly FeedForwardLayer<TTensor>? shared = experts.Shared is { } layer ? new(layer, parts) : null;
    private readonly LinearLayer<TTensor>? sharedGate = experts.SharedGate is { } linear ? parts.Linear(linear) : null;
    private readonly long width = experts.Narrow?.Outputs ?? parts.Model.DModel;

    public override TTensor Forward(TTensor input, Pass<TTensor> pass) => Forward(input, input, pass);

    public override TTensor Forward(TTensor input, TTensor before, Pass<TTensor> pass)
    {
        using (input)
        {
            var routed = Routed(input, before, batch * pass.Tokens);
            return shared is null ? routed : Sum(routed, Shared(shared, input, pass));
        }
    }

    private TTensor Routed(TTensor input, TTensor before, long rows)
    {
        using var routed = router.Forward(input, before);
        using var inner = narrow?.Forward(input);
        var output = ops.Zeros([rows, width], parts.Workload.ComputeType);
        var first = 0L;
        for (var number = 0; number < routed.Counts.Count; number++)
        {
            var count = routed.Counts[number];
            if (count > 0)
                Add(output, inner ?? input, routed, number, first, count);
            first += count;
        }
        if (widen is null)
            return output;
        using (output)
            return widen.Forward(output);
    }

    /// <summary>Adds what one expert makes of its rows.</summary>
    private void Add(TTensor output, TTensor input, in RoutedRows<TTensor> routed, int number, long first, long count)
    {
        using var rows = ops.Narrow(routed.Rows, 0, first, count);
        using var weights = ops.Narrow(routed.Weights, 0, first, count);
        var read = ops.SelectRows(input, rows);
        if (experts.Routing.WeighsInputs)
            ops.MultiplyScales(read, weights);
        using var made = expert.Forward(read, number);
        if (!experts.Routing.WeighsInputs)
            ops.MultiplyScales(made, weights);
        ops.AddRows(output, rows, made);
    }

    private TTensor Shared(FeedForwardLayer<TTensor> layer, TTensor input, Pass<TTensor> pass)
    {
        var output = layer.Forward(ops.Narrow(input, 0, 0, batch * pass.Tokens), pass);
        if (sharedGate is null)
            return output;
        using var scores = sharedGate.Forward(input);
        using var shares = ops.Sigmoid(scores);
        ops.MultiplyScales(output, shares);
        return output;
    }

    private TTensor Sum(TTensor a, TTensor b)
    {
        using (a)
        using (b)
            return ops.Add(a, b);
    }
}
