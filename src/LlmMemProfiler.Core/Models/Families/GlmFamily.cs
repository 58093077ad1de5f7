namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>GLM Team (2024), ChatGLM; transformers, <c>models/glm/modeling_glm.py</c>.</remarks>
internal sealed class GlmFamily : GlmLike
{
    public override IReadOnlyList<string> ModelTypes => ["glm"];
}
