namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>Gemma Team (2024), Gemma 2; transformers, <c>models/gemma2/modeling_gemma2.py</c>.</remarks>
internal sealed class Gemma2Family : GemmaSandwich
{
    public override IReadOnlyList<string> ModelTypes => ["gemma2"];

    /// <summary>Every other layer, from the first.</summary>
    protected override bool Slides(ModelConfig config, int layer) => layer % 2 == 0;
}
