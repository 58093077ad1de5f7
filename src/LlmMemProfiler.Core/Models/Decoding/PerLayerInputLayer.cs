using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Decoding;

/// <summary>Mixes a layer's vectors in, with its weights.</summary>
internal sealed class PerLayerInputLayer<TTensor>(PerLayerInput input, int layer, Assembly<TTensor> parts) : LoadedSublayer<TTensor>
    where TTensor : class, IDisposable
{
    private readonly ITensorOps<TTensor> ops = parts.Ops;
    private readonly LinearLayer<TTensor> gate = parts.Linear(input.Gate);
    private readonly LinearLayer<TTensor> projection = parts.Linear(input.Projection);

    public override TTensor Forward(TTensor rows, Pass<TTensor> pass)
    {
        using var opened = Opened(rows);
        using var vectors = ops.Narrow(pass.LayerInputs!, 1, layer * input.Gate.Outputs, input.Gate.Outputs);
        ops.Multiply(opened, vectors);
        return projection.Forward(opened);
    }

    private TTensor Opened(TTensor rows)
    {
        using (rows)
        using (var gates = gate.Forward(rows))
            return ops.Activate(gates, input.Activation);
    }
}
