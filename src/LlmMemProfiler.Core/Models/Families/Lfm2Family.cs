using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>Liquid AI (2025), LFM2; transformers, <c>models/lfm2/modeling_lfm2.py</c>.</remarks>
internal sealed class Lfm2Family : Lfm2Like
{
    public override IReadOnlyList<string> ModelTypes => ["lfm2"];

    protected override Sublayer FeedForward(ModelConfig config, int layer, string name) => Gated(config, name, FeedForwardWidth(config));

    /// <summary>Two thirds of the given width, times a factor, rounded up to a multiple; older configs have the width under another name.</summary>
    private static int FeedForwardWidth(ModelConfig config)
    {
        var (given, older, step) = (config.Count("intermediate_size"), config.CountOrNull("block_ff_dim"), config.Count("block_multiple_of"));
        long width = older ?? given;
        var factor = config.RealOrNull("block_ffn_dim_multiplier");
        if (config.Flag("block_auto_adjust_ff_dim"))
        {
            width = 2 * width / 3;
            if (factor is { } times)
                width = ((long)(times * width) + step - 1) / step * step;
        }
        return width is > 0 and <= int.MaxValue
            ? (int)width
            : throw new InputException($"{config.Origin}: intermediate_size is {older ?? given}, which makes a width of {width}; expected one from 1 to {int.MaxValue}");
    }
}
