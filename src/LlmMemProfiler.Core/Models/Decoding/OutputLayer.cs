using LlmMemProfiler.Core.Accounts;

namespace LlmMemProfiler.Core.Models.Decoding;

/// <summary>From hidden states to logits, with its weights.</summary>
internal sealed class OutputLayer<TTensor>
    where TTensor : class, IDisposable
{
    private readonly ITensorOps<TTensor> ops;
    private readonly Workload workload;
    private readonly NormLayer<TTensor>? norm;
    private readonly LinearLayer<TTensor>? projection;
    private readonly LinearLayer<TTensor> output;
    private readonly double scale;
    private readonly double? cap;

    public OutputLayer(Assembly<TTensor> parts)
    {
        var model = parts.Model;
        (ops, workload, scale, cap) = (parts.Ops, parts.Workload, model.LogitScale, model.LogitCap);
        norm = parts.NormOrNull(model.FinalNorm);
        projection = model.OutputProjection is { } linear ? parts.Linear(linear) : null;
        output = model.TiedOutput ? parts.Linear(model.Output, model.Tokens) : parts.Linear(model.Output);
    }

    /// <summary>[B·T, d] → logits of each sequence's last token [B, V], or of all tokens [B·T, V].</summary>
    /// <param name="x">The last block's hidden states.</param>
    /// <param name="tokens">T.</param>
    public TTensor Forward(TTensor x, long tokens)
    {
        using var last = workload.Logits == LogitsFor.Last && tokens > 1 ? ops.LastRows(x, workload.Batch) : null;
        using var normed = norm?.Forward(last ?? x);
        using var narrow = projection?.Forward(normed ?? last ?? x);
        using var owner = ops.Tags.Owner(Part.Logits);
        var logits = output.Forward(narrow ?? normed ?? last ?? x);
        if (scale != 1)
            ops.Scale(logits, scale);
        if (cap is { } most)
            ops.Cap(logits, most);
        return logits;
    }
}
