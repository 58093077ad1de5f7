namespace LlmMemProfiler.Core.Models.Families;

/// <summary>Llama, and models that are it by another name, with code of their own.</summary>
/// <remarks>Touvron et al. (2023), LLaMA; transformers, <c>models/llama/modeling_llama.py</c>.</remarks>
internal sealed class LlamaFamily : LlamaLike
{
    public override IReadOnlyList<string> ModelTypes => ["llama", "aquila", "skywork", "xmodel", "xverse"];

    protected override int? Window(ModelConfig config, int layer) => Windows.None(config, layer);
}
