using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Records;

/// <summary>
/// Checks a well-formed record whole: what it says in one place must fit what it says in another, and every later command must be able
/// to use it. What is unknown contradicts nothing.
/// </summary>
internal static class RecordCheck
{
    /// <summary>The first contradiction in a record and what would be right, or null.</summary>
    public static string? Contradiction(RunRecord record) =>
        Identity(record)
            .Concat(Virtual(record))
            .Concat(Outcome(record))
            .Concat(MeasuredCheck.Of(record))
            .Concat(CurveCheck.Of(record))
            .Concat(EstimateCheck.Of(record))
            .FirstOrDefault();

    private static IEnumerable<string> Identity(RunRecord r)
    {
        if (string.IsNullOrWhiteSpace(r.Model.Name) || string.IsNullOrWhiteSpace(r.Device.Name))
            yield return "the model or the device has no name; must have one";
        if (r.Host.Environment.Values.Contains(null!))
            yield return "host.environment has a variable without text; must have some, or none of that name";
        if (Invalid(r) is { } invalid)
            yield return invalid;
        if (!DataTypes.OfWeights.ContainsKey(r.Workload.Dtype.Name()) || !IsOfCaches(r.Workload.KvDtype) || !IsOfCaches(r.Workload.VDtype ?? r.Workload.KvDtype))
            yield return "dtype, kv_dtype or v_dtype is of no weights or caches; must be a floating-point type or int8, and fp8 for caches alone";
        if (r.Workload.VDtype == r.Workload.KvDtype)
            yield return "v_dtype is kv_dtype; must be another type, or missing";
        if (r.PointId != r.Key.Id)
            yield return $"point_id is '{r.PointId[..Math.Min(r.PointId.Length, 20)]}'; must be {r.Key.Id}, the id of its model, workload and device";
        if (r.RunId is { Length: 0 or > 64 })
            yield return "run_id is empty or longer than 64 characters; must be a name of its own, or missing";
        if (r.Repeat < 0 || r.Host.Cores < 1 || r.Host.Threads < 1)
            yield return "repeat, or the host's cores or threads, is too small; must be 0 or more, and 1 or more";
        var (isCuda, isGpu) = (r.Device.Kind == DeviceKind.Cuda, r.Device.Kind.IsGpu());
        if (!isGpu && (r.Cuda is not null || r.Device.Uuid is not null || r.Device.Driver is not null))
            yield return "a cpu has a GPU's facts; cuda, uuid and driver must be null";
        if (isGpu != isCuda && ((r.Cuda is null && r.Status == RunStatus.Ok) || r.Cuda is { Virtual: null } || r.Device.Uuid is not null || r.Device.Driver is not null))
            yield return "device is virtual, with a GPU's facts or without its own; must have cuda.virtual, and uuid and driver null";
        if (isCuda && r.Cuda?.Virtual is not null)
            yield return "device is cuda, with a virtual GPU's facts; cuda.virtual must be null";
        if (isCuda && r.Cuda is null && (r.Status == RunStatus.Ok || r.Measured.DevicePeak is not null))
            yield return "device is cuda, without the facts of a GPU; must have cuda";
        if (r.Measured.DeviceLevel is { } level && (level == DeviceLevel.Driver) != isCuda)
            yield return $"device_level is {level.Name()} on {r.Device.Kind.Name()}; must be one of that device";
        if (r.Cuda is { } cuda && (cuda.Multiprocessors < 1 || cuda.Cudnn < 0))
            yield return "cuda has no multiprocessors, or a negative version; must have both";
    }

    private static bool IsOfCaches(DataType type) => CacheTypes.Known.ContainsKey(type.Name());

    /// <summary>What a virtual GPU cannot know: a number there would be taken for a measured one.</summary>
    private static IEnumerable<string> Virtual(RunRecord r)
    {
        if (r.Device.Kind != DeviceKind.Virtual)
            yield break;
        var m = r.Measured;
        if (m.DevicePeak is not null || m.DeviceLevel is not null || r.Timeline.Device.Any(level => level is not null) || m.Phases.Any(p => p.DeviceEnd is not null)
            || new[] { Part.Context, Part.Modules, Part.Residual }.Any(part => m.Parts[part] is not null))
            yield return "a virtual GPU has a device total, or parts of one; must be null";
        if (r.Timing is not (null, null, null) || m.Phases.Any(p => p.Seconds is not null) || r.Activity is not null)
            yield return "a virtual GPU has times; must be null";
        if (r.Generated.Count > 0)
            yield return "a virtual GPU has generated tokens; must be none";
    }

    /// <summary>Why other commands could not rebuild the model or the workload; null if they can.</summary>
    private static string? Invalid(RunRecord r)
    {
        try
        {
            var model = r.Model.ToSpec();
            _ = r.Workload.ToWorkload(model);
            var facts = ModelFacts.Of(model);
            var (parameters, headDim) = (model.Parameters, facts.HeadDim);
            if (r.Model.Config is not null && r.Model != facts)
                return $"model is not what its config describes; must be {facts with { Config = null }}, with the config as a run writes it";
            return r.Model.Parameters != parameters ? $"model.parameters is {r.Model.Parameters}; must be {parameters}, as its dimensions give"
                : r.Model.HeadDim != headDim ? $"model.head_dim is {r.Model.HeadDim}; must be {headDim}, d_model over heads"
                : null;
        }
        catch (InputException e)
        {
            return e.Message;
        }
    }

    private static IEnumerable<string> Outcome(RunRecord r)
    {
        if (r.Status == RunStatus.Ok != r.Error is null)
            yield return $"status is {r.Status.Name()} {(r.Error is null ? "without" : "with")} an error; an error must say why a run is not ok, and only then";
        if (r.DeviceError is not null && (r.Status == RunStatus.Ok || !r.Device.Kind.IsGpu()))
            yield return $"status is {r.Status.Name()} on {r.Device.Kind.Name()} with device_error; must be a GPU's run that is not ok";
        if (r.OutOfMemory is not null && r.Status != RunStatus.Oom)
            yield return $"status is {r.Status.Name()} with out_of_memory; must be oom";
        if (r.Status == RunStatus.Ok && r.Events.Dropped > 0)
            yield return $"status is ok, but {r.Events.Dropped} events were dropped; must be failed";
        if (r.Events is { Count: < 0 } or { Dropped: < 0 } or { LateFrees: < 0 })
            yield return "a count of events is negative; must be 0 or more";
        if (r.Events.Count is null && (r.Measured.TensorPeak ?? r.Measured.AllocatedPeak) is not null)
            yield return "events.count is null, but a peak of the allocations is known; must both be known, or neither";
        if (r.Generated.Count > 0 && (r.Generated.Count != r.Workload.Batch || r.Generated.Any(g => IsWrong(g, r))))
            yield return "generated does not fit the workload; must have a list per sequence, of ids below the vocabulary, new_tokens of them";
        if (r.Activity is { } activity && !(activity.Before.IsValid && activity.During.IsValid && activity.After.IsValid))
            yield return "activity has a share outside 0 to 1, or a negative number; must be shares";
        if (r.QuantizedCache is { } q && (!Enum.GetValues<CacheSide>().Any(side => r.Workload.CacheType(side).IsQuantized) || q.Computed.Bytes < 1
            || new[] { q.Size, q.Scales, q.ScratchPeak }.Any(size => size is { Bytes: < 1 })))
            yield return "quantized_cache is of a cache that is not quantized, or has a size below 1; must be sizes, and of int8 or fp8";
        if (r.Trace is { } t)
        {
            if (new[] { t.Operations, t.PredictedEvents, t.MeasuredEvents, t.EqualEvents, t.TensorDifferences, t.Differences }.Any(n => n < 0)
                || t.EqualEvents > t.MeasuredEvents || t.TensorDifferences > t.Differences || t.Differences > t.Operations
                || t.First.Any(d => d.Count < 1 || d.Count > t.Differences))
                yield return "the trace's counts do not fit each other; must be equal ≤ measured events, and tensor ≤ all differences ≤ operations";
            if (t.Unwinding is { Frees: < 1 } or { Size.Bytes: < 1 } || (t.Unwinding is not null && r.Status == RunStatus.Ok))
                yield return "the trace unwinds a run that is ok, or nothing; must be frees of a run that ended early";
            if (t.MeasuredEvents > (r.Events.Count ?? 0) - (t.Unwinding?.Frees ?? 0))
                yield return $"the trace has {t.MeasuredEvents} measured events of {r.Events.Count ?? 0}; must be events.count at most";
        }
    }

    private static bool IsWrong(IReadOnlyList<long> generated, RunRecord r) =>
        generated.Any(id => id < 0 || id >= r.Model.Vocabulary)
            || (r.Status == RunStatus.Ok ? generated.Count != r.Workload.NewTokens : generated.Count > r.Workload.NewTokens);
}
