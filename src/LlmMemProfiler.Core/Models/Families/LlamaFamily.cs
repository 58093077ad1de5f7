namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>Touvron et al. (2023), LLaMA; transformers, <c>models/llama/modeling_llama.py</c>.</remarks>
internal sealed class LlamaFamily : LlamaLike
{
    public override IReadOnlyList<string> ModelTypes => ["llama"];
}
