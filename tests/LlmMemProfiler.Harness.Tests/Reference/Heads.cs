namespace LlmMemProfiler.Harness.Tests.Reference;

/// <summary>Queries, keys and values, [heads][positions][head_dim] each.</summary>
internal sealed record Heads(double[][][] Queries, double[][][] Keys, double[][][] Values);
