using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Decoding;

/// <summary>A linear layer in the place of another sublayer, with its weights.</summary>
internal sealed class ProjectionLayer<TTensor>(Projection projection, Assembly<TTensor> parts) : LoadedSublayer<TTensor>
    where TTensor : class, IDisposable
{
    private readonly LinearLayer<TTensor> linear = parts.Linear(projection.Layer);

    public override TTensor Forward(TTensor input, Pass<TTensor> pass)
    {
        using (input)
            return linear.Forward(input);
    }
}
