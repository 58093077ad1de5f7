namespace LlmMemProfiler.Core.Models.Layers;

/// <summary>How a router scores its experts.</summary>
public enum RouterScores
{
    /// <summary>Softmax over all experts.</summary>
    Softmax,

    /// <summary>The sigmoid of each expert's logit.</summary>
    Sigmoid,

    /// <summary>Softmax over those that are picked.</summary>
    SoftmaxOfPicked,

    /// <summary>One expert after the other, each with a softmax over those that come near the best.</summary>
    SparseMixer,
}

/// <summary>How a router picks experts for a token, and with which weights their outputs are added.</summary>
/// <param name="Scores">How it scores them.</param>
/// <remarks>Groups: DeepSeek-AI (2024), DeepSeek-V2 and V3; SparseMixer: Liu et al. (2024), GRIN.</remarks>
public sealed record Routing(RouterScores Scores)
{
    /// <summary>True if the weights of the picked ones are divided by their sum.</summary>
    public bool IsNormalized { get; init; }

    /// <summary>Groups that the experts are in, of which the best are picked first.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>Groups whose experts may be picked.</summary>
    public int PickedGroups { get; init; } = 1;

    /// <summary>A group is as good as the sum of this many of its best experts.</summary>
    public int BestOfGroup { get; init; } = 1;

    /// <summary>The weights are multiplied by it.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>How far below the best an expert may lie; of <see cref="RouterScores.SparseMixer"/>.</summary>
    public double? Tolerance { get; init; }

    /// <summary>True if the weights multiply what goes into the experts, not what comes out of them, as in Llama 4.</summary>
    public bool WeighsInputs { get; init; }
}
