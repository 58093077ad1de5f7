namespace LlmMemProfiler.Core.Models.Layers;

/// <summary>Rows to be looked up: an embedding, [rows, width].</summary>
/// <param name="Name">Its tensor is 'NAME.weight', unless it is called otherwise.</param>
/// <param name="Rows">Tokens or positions.</param>
/// <param name="Width">Of a row.</param>
public sealed record Table(string Name, long Rows, long Width)
{
    public string WeightName { get; init; } = "weight";

    internal Weight Weight => new($"{Name}.{WeightName}", TensorRole.Embedding, [Rows, Width]);
}
