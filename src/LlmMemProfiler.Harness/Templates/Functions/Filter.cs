using LlmMemProfiler.Harness.Templates.Values;

namespace LlmMemProfiler.Harness.Templates.Functions;

/// <summary>What makes one value of another.</summary>
/// <param name="Parameters">Its parameters, as <see cref="Arguments.For"/> takes them.</param>
/// <param name="Apply">What it makes of a value.</param>
internal sealed record Filter(IReadOnlyList<string> Parameters, Func<Rendering, object?, Arguments.Given, object?> Apply);
