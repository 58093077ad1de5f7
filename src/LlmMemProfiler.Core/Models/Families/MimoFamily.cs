namespace LlmMemProfiler.Core.Models.Families;

/// <summary>Qwen 2 with layers that predict further tokens, which are not the decoder's.</summary>
/// <remarks>Xiaomi (2025), MiMo; its own <c>modeling_mimo.py</c>.</remarks>
internal sealed class MimoFamily : QwenLike
{
    public override IReadOnlyList<string> ModelTypes => ["mimo"];

    public override ModelSpec Read(ModelConfig config, string name) => base.Read(config, name) with
    {
        LeftOut = config.Number("num_nextn_predict_layers") is > 0 and var layers ? [$"layers that predict further tokens ({layers})"] : [],
    };

    protected override bool HasOutputBias(ModelConfig config) => false;
}
