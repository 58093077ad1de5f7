using System.Globalization;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Decoding;
using LlmMemProfiler.Core.Models.KvCaches;
using LlmMemProfiler.Core.Models.Layers;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Cli.Output;

/// <summary>The size of the cache of all tokens, with the numbers that it is made of.</summary>
/// <remarks>
/// A model that is run keeps all tokens, and masks those beyond a window, unless windows bound its cache; of others the least that an engine
/// keeps is known.
/// </remarks>
internal static class CacheFormula
{
    public static string Of(ModelSpec model, Workload workload)
    {
        var isRun = Unexecuted.In(model) is null;
        var rows = CacheRow.Of(model);
        var states = model.StateSize(workload.ComputeType) * workload.Batch;
        var kept = states > ByteSize.Zero ? $"; states of {states} besides" : "";
        if (rows.Count == 0)
            return $"cache: nothing is kept of a token{kept}";
        var size = isRun ? CachedBytes.OfSequence(model, workload) : CachedBytes.Least(model, workload);
        var terms = string.Join(" + ", rows.Select(row => Term(row, workload, isRun)));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"cache of all tokens: {(rows.Count > 1 ? $"({terms})" : terms)} x batch {workload.Batch} x {Bytes(workload)} = {size.Elements}{Scales(size.Scales, workload)}{kept}");
    }

    /// <summary>Of an element, on both sides or on each.</summary>
    private static string Bytes(Workload workload) =>
        (workload.CacheType(CacheSide.Keys).Stored.Bytes(), workload.CacheType(CacheSide.Values).Stored.Bytes()) is var (keys, values) && keys == values
            ? $"{keys} B"
            : $"{keys} B (keys) and {values} B (values)";

    private static string Scales(ByteSize scales, Workload workload) =>
        scales > ByteSize.Zero ? $", and its scales {scales}; attention reads copies in {workload.ComputeType.Name()}, one layer at a time" : "";

    private static string Term(CacheRow row, Workload workload, bool isRun) => string.Create(
        CultureInfo.InvariantCulture,
        $"{row.Layers} {(row.Layers == 1 ? "layer" : "layers")} x {row.ElementsPerToken:N0} elements x {Tokens(row, workload, isRun):N0} tokens{(row.Window is { } window ? $" ({(isRun && (row.Sliding is null || workload.WindowCache == WindowCache.Full) ? "masked beyond a window of" : "window")} {window:N0})" : "")}");

    private static long Tokens(CacheRow row, Workload workload, bool isRun) =>
        isRun ? workload.Kept(row.Sliding) : new CachedTokens(row.ElementsPerToken, row.Window).Least(workload.Length);
}
