using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>Llama with other names of its norms, in the checkpoints before they were converted.</summary>
/// <remarks>01.AI (2024), Yi; 01-ai/Yi-6B of 2023, <c>modeling_yi.py</c>.</remarks>
internal sealed class YiFamily : LlamaLike
{
    public override IReadOnlyList<string> ModelTypes => ["Yi"];

    protected override DecoderBlock Block(ModelConfig config, int layer, string name) => new(
    [
        new(Norm(config, name + "ln1", Width(config)), Attention(config, layer, name + "self_attn.")),
        new(Norm(config, name + "ln2", Width(config)), FeedForward(config, layer, name + FeedForwardName)),
    ]);
}
