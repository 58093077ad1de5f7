using System.Globalization;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Points;

/// <summary>Descriptions of a point. Command-line defaults are omitted where possible.</summary>
public static class PointTitle
{
    /// <summary>Short, for example 'gpt2 fp16 batch 4 64+32 concat chunk 16'.</summary>
    public static string Short(string model, WorkloadFacts w) => string.Create(
        CultureInfo.InvariantCulture,
        $"{model} {w.Dtype.Name()}{Kv(w, " kv ")} batch {w.Batch} {w.Prompt}+{w.NewTokens}{Cache(w, " ", "", " ")}{Window(w, " ")}" +
        $"{(w.Attention == AttentionKernel.Math ? $" {w.Attention.Name()}" : "")}{Groups(w, " ")}{Chunk(w, " chunk ")}{(w.Logits == LogitsFor.All ? " all logits" : "")}");

    /// <summary>Long, for example 'gpt2, fp16, batch 4, prompt 64 + 32 new tokens, fused attention, logits for the last position'.</summary>
    public static string Long(string model, WorkloadFacts w) => string.Create(
        CultureInfo.InvariantCulture,
        $"{model}, {w.Dtype.Name()}{Kv(w, ", kv ")}, batch {w.Batch}, prompt {w.Prompt} + {w.NewTokens} new tokens{Cache(w, ", ", " cache", " in blocks of ")}{Window(w, ", ")}, " +
        $"{w.Attention.Name()} attention{Groups(w, ", ")}{Chunk(w, ", chunks of ")}, logits for {(w.Logits == LogitsFor.All ? "all positions" : "the last position")}");

    private static string Kv(WorkloadFacts w, string before) => w.CacheWords == w.Dtype.Computed().Name() ? "" : before + w.CacheWords;

    private static string Cache(WorkloadFacts w, string before, string after, string block) =>
        w.Cache == CachePolicy.Preallocated ? "" : before + w.Cache.Name() + after + (w.CacheBlock is { } positions ? $"{block}{positions}" : "");

    private static string Window(WorkloadFacts w, string before) => w.WindowCache == WindowCache.Full ? "" : $"{before}{w.WindowCache.Name()} windows";

    private static string Groups(WorkloadFacts w, string before) => w.GroupedHeads == GroupedHeads.Repeat ? "" : $"{before}folded heads";

    private static string Chunk(WorkloadFacts w, string before) => w.PrefillChunk is { } chunk ? $"{before}{chunk}" : "";
}
