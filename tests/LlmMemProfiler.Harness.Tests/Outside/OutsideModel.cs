using LlmMemProfiler.Harness.Tests.Reference;

namespace LlmMemProfiler.Harness.Tests.Outside;

/// <summary>A tiny model that llama.cpp decodes too.</summary>
/// <param name="Name">Of the test.</param>
/// <param name="Architecture">llama.cpp's word for it.</param>
/// <param name="Config">Its config.json.</param>
internal sealed record OutsideModel(string Name, string Architecture, string Config) : TinyModel(Name, Config)
{
    /// <summary>True if llama.cpp rotates neighbors where transformers rotates halves, so that the rows of queries and keys change places.</summary>
    public bool HasRowsInTurn { get; init; }

    /// <summary>True if llama.cpp wants queries, keys and values apart, whatever the checkpoint has.</summary>
    public bool IsSplit { get; init; }

    /// <summary>What llama.cpp wants to be told besides, without the architecture's name before it.</summary>
    public IReadOnlyList<(string Key, object Value)> Settings { get; init; } = [];

    /// <summary>
    /// What roundings are magnified by, beyond the usual: Gemma 4's scores are not divided by √head_dim, and its layers' outputs are multiplied by
    /// a small number here, so that a norm makes them larger again.
    /// </summary>
    public double Magnified { get; init; } = 1;

    /// <summary>Names of tensors that the architecture calls otherwise, without 'blk.N.'.</summary>
    public IReadOnlyDictionary<string, string> Renamed { get; init; } = new Dictionary<string, string>();

    public override string ToString() => Name;
}
