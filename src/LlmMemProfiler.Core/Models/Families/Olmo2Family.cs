namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>OLMo Team (2024), 2 OLMo 2 Furious; transformers, <c>models/olmo2/modeling_olmo2.py</c>.</remarks>
internal sealed class Olmo2Family : OlmoNormed
{
    public override IReadOnlyList<string> ModelTypes => ["olmo2"];
}
