using System.Globalization;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Harness.Sweeps;

namespace LlmMemProfiler.Cli.Output;

/// <summary>A measurement in half a line: what the command line's defaults do not tell.</summary>
internal static class JobTitle
{
    public static string Of(SweepJob job) => Of(job.Point.Model.Name, job.Point.WorkloadFacts, job.Repeat);

    public static string Of(string model, WorkloadFacts w, int repeat) => string.Create(
        CultureInfo.InvariantCulture,
        $"{model} {w.Dtype}{(w.KvDtype != (w.Dtype == "int8" ? "fp16" : w.Dtype) ? $" kv {w.KvDtype}" : "")} batch {w.Batch} {w.Prompt}+{w.NewTokens}" +
        $"{(w.Cache == "preallocated" ? "" : $" {w.Cache}{(w.CacheBlock is { } block ? $" {block}" : "")}")}{(w.Attention == "math" ? " math" : "")}" +
        $"{(w.PrefillChunk is { } chunk ? $" chunk {chunk}" : "")}{(w.Logits == "all" ? " all logits" : "")}{(repeat > 0 ? $" again {repeat}" : "")}");
}
