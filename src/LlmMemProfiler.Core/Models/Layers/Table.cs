namespace LlmMemProfiler.Core.Models.Layers;

/// <summary>Rows to be looked up: an embedding, [rows, width].</summary>
/// <param name="Name">Its tensor is 'NAME.weight'.</param>
/// <param name="Rows">Tokens or positions.</param>
/// <param name="Width">Of a row.</param>
public sealed record Table(string Name, long Rows, long Width)
{
    internal Weight Weight => new(Name + ".weight", TensorRole.Embedding, [Rows, Width]);
}
