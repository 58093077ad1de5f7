using System.Globalization;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Layers;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Cli.Output;

/// <summary>The size of the cache of all tokens, with the numbers that it is made of.</summary>
internal static class CacheFormula
{
    public static string Of(ModelSpec model, Workload workload)
    {
        var rows = CacheRow.Of(model);
        var states = model.StateSize(workload.ComputeType) * workload.Batch;
        var kept = states > ByteSize.Zero ? $"; states of {states} besides" : "";
        if (rows.Count == 0)
            return $"cache: nothing is kept of a token{kept}";
        var total = rows.Aggregate(ByteSize.Zero, (sum, row) => sum + Size(row, workload));
        var terms = string.Join(" + ", rows.Select(row => Term(row, workload)));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"cache of all tokens: {(rows.Count > 1 ? $"({terms})" : terms)} x batch {workload.Batch} x {workload.CacheType.Bytes()} B = {total}{kept}");
    }

    private static string Term(CacheRow row, Workload workload) => string.Create(
        CultureInfo.InvariantCulture,
        $"{row.Layers} {(row.Layers == 1 ? "layer" : "layers")} x {row.ElementsPerToken:N0} elements x {Tokens(row, workload):N0} tokens{(row.Window is { } window ? $" (window {window:N0})" : "")}");

    private static ByteSize Size(CacheRow row, Workload workload) =>
        new ByteSize(workload.CacheType.Bytes()) * workload.Batch * row.Layers * row.ElementsPerToken * Tokens(row, workload);

    private static long Tokens(CacheRow row, Workload workload) => new CachedTokens(row.ElementsPerToken, row.Window).Least(workload.Length);
}
