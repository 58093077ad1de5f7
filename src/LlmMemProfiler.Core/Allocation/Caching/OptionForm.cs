using System.Numerics;

namespace LlmMemProfiler.Core.Allocation.Caching;

/// <summary>Who reads an option: the part of libtorch that all accelerators share, or CUDA's own.</summary>
internal enum OptionOwner
{
    Common,
    Cuda,
}

/// <summary>What an option may be.</summary>
/// <param name="IsRight">Given its text, how numbers are read, and MiB of a large segment: whether libtorch takes it.</param>
/// <param name="Wanted">What is right, in words; given MiB of a large segment.</param>
/// <param name="Owner">Who reads it.</param>
/// <param name="Since">The first release that knows it; those before 2.8 are not told apart.</param>
internal sealed record OptionForm(Func<string, OptionNumbers, ulong, bool> IsRight, Func<ulong, string> Wanted, OptionOwner Owner, Version Since)
{
    public const string LargeSegment = "large_segment_size_mb";

    /// <summary>MiB of a large segment where no option says otherwise.</summary>
    public const ulong LargeSegmentMiB = 20;

    private static readonly Version Oldest = new(2, 8);

    private const OptionOwner Common = OptionOwner.Common, Cuda = OptionOwner.Cuda;

    /// <summary>By name.</summary>
    /// <remarks>
    /// First releases: per_process_memory_fraction, pull request 161035, and pinned_reserve_segment_size_mb, 164501, are in the notes of 2.10;
    /// large_segment_size_mb, 172056, in those of 2.11; throw_on_cudamalloc_oom, 179473, in those of 2.12;
    /// graph_capture_record_stream_reuse, 158352, in those of 2.9. pinned_free_catch_all is in none; 2.10.0 does not know it, a source of
    /// about 2.12 does.
    /// </remarks>
    public static IReadOnlyDictionary<string, OptionForm> Known { get; } = new Dictionary<string, OptionForm>
    {
        ["backend"] = Of(Cuda, (text, _, _) => text is "native" or "cudaMallocAsync", "native or cudaMallocAsync"),
        ["expandable_segments"] = Truth(Common),
        ["garbage_collection_threshold"] = Of(Common, (text, _, _) => OptionNumbers.Real(text) is > 0 and < 1, "between 0 and 1"),
        ["graph_capture_record_stream_reuse"] = Truth(Cuda, 9),
        [LargeSegment] = Of(Common, (text, numbers, _) => numbers.Size(text) is > 10, "more than 10", 11),
        ["max_non_split_rounding_mb"] = ASegmentOrMore(),
        ["max_split_size_mb"] = ASegmentOrMore(),
        ["per_process_memory_fraction"] = Of(Cuda, (text, _, _) => OptionNumbers.Real(text) is >= 0 and <= 1, "between 0 and 1", 10),
        ["pinned_free_catch_all"] = Truth(Cuda, 12),
        ["pinned_num_register_threads"] = Of(Cuda, (text, numbers, _) => numbers.Size(text) is > 0 and <= 128 and var n && BitOperations.IsPow2(n), "a power of 2 up to 128"),
        ["pinned_reserve_segment_size_mb"] = Of(Cuda, (text, numbers, _) => numbers.Size(text) is > 0, "more than 0", 10),
        ["pinned_use_background_threads"] = Truth(Common),
        ["pinned_use_cuda_host_register"] = Truth(Cuda),
        ["pinned_use_hip_host_register"] = Truth(Cuda),
        ["release_lock_on_cudamalloc"] = Truth(Cuda),
        ["release_lock_on_hipmalloc"] = Truth(Cuda),
        [DivisionList.Option] = Of(Common, (text, numbers, _) => DivisionList.IsRight(text, numbers), "a power of 2, or a list such as [256:1,512:2,>:4]"),
        ["throw_on_cudamalloc_oom"] = Truth(Cuda, 12),
    };

    private static OptionForm Truth(OptionOwner owner, int since = 8) => Of(owner, (text, _, _) => text is "True" or "False", "True or False", since);

    private static OptionForm ASegmentOrMore() =>
        new((text, numbers, segment) => numbers.Size(text) >= segment, segment => $"{segment} or more", Common, Oldest);

    private static OptionForm Of(OptionOwner owner, Func<string, OptionNumbers, ulong, bool> isRight, string wanted, int since = 8) =>
        new(isRight, _ => wanted, owner, new(2, since));
}
