using System.Text;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;

namespace LlmMemProfiler.Harness.Tests.Reference;

/// <summary>A model so small that plain loops decode it at once, with weights of its own.</summary>
/// <param name="Name">Of the test.</param>
/// <param name="Config">Its config.json.</param>
internal record TinyModel(string Name, string Config)
{
    private const int Seed = 7;

    /// <summary>What its config does not say at this size; null for nothing.</summary>
    public Func<ModelSpec, ModelSpec>? With { get; init; }

    public ModelSpec Spec => ModelFile.Read(Encoding.UTF8.GetBytes(Config), Name, Name) is var read && With is not null ? With(read) : read;

    public SeededWeights Weights => new(Spec, Seed);

    public override string ToString() => Name;
}
