using System.Globalization;
using System.Text.Json;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.VirtualEvidence.Points;

/// <summary>The command that a user runs one point with, in a process of its own.</summary>
internal static class PointCommand
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static string Of(PointProcess process, DrawnPoint point, string libtorch)
    {
        var w = point.Workload;
        var model = point.Model.Config ?? Sizes(GptSizes.Of(point.Model));
        var variables = string.Concat(process.Variables.Select(v => $"{v.Key}='{v.Value}' "));
        var alone = process.Gpus with { Count = 1 };
        return string.Create(
            CultureInfo.InvariantCulture,
            $"echo '{model}' > point.json; {variables}llmmem run point.json --batch {w.Batch} --prompt {w.Prompt} --new-tokens {w.NewTokens} --dtype {w.Type.Name()}" +
            $"{CacheType("kv", w.KvType)}{CacheType("k", w.KeyType)}{CacheType("v", w.ValueType)} --cache {w.Cache.Name()} --cache-block {w.CacheBlock}{(w.PrefillChunk is { } chunk ? $" --prefill-chunk {chunk}" : "")}" +
            $" --window-cache {w.WindowCache.Name()} --grouped-heads {w.GroupedHeads.Name()}" +
            $" --attention {w.Attention.Name()} --logits {w.Logits.Name()} --device virtual:{alone} --virtual-context {process.Context.Bytes}B --libtorch {libtorch}");
    }

    private static string CacheType(string side, DataType? type) => type is { } kept ? $" --{side}-dtype {kept.Name()}" : "";

    private static string Sizes(GptSizes m) => JsonSerializer.Serialize(
        new { m.Name, m.Layers, m.DModel, m.Heads, m.KvHeads, m.DFf, m.Vocabulary, m.Positions, m.TiedOutput, m.LinearBias, m.FinalNorm }, Json);
}
