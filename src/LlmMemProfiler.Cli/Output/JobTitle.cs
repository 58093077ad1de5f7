using System.Globalization;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Harness.Sweeps;

namespace LlmMemProfiler.Cli.Output;

/// <summary>A measurement in half a line: what the command line's defaults do not tell.</summary>
internal static class JobTitle
{
    public static string Of(SweepJob job) => Of(job.Point.Model.Name, job.Point.WorkloadFacts, job.Repeat);

    public static string Of(string model, WorkloadFacts w, int repeat) => string.Create(
        CultureInfo.InvariantCulture,
        $"{model} {w.Dtype.Name()}{(w.KvDtype != w.Dtype.Computed() ? $" kv {w.KvDtype.Name()}" : "")} batch {w.Batch} {w.Prompt}+{w.NewTokens}" +
        $"{(w.Cache == CachePolicy.Preallocated ? "" : $" {w.Cache.Name()}{(w.CacheBlock is { } block ? $" {block}" : "")}")}{(w.Attention == AttentionKernel.Math ? " math" : "")}" +
        $"{(w.PrefillChunk is { } chunk ? $" chunk {chunk}" : "")}{(w.Logits == LogitsFor.All ? " all logits" : "")}{(repeat > 0 ? $" again {repeat}" : "")}");
}
