using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Allocation.Caching;
using LlmMemProfiler.Core.Allocation.Repetition;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Tests.Models;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Allocation.Repetition;

/// <summary>Layers that are skipped, since they do what the ones before did, come to what computing each of them comes to.</summary>
public class LayerRepetitionTests
{
    private static readonly Target H100 = Targets.Find("h100", threads: 1, _ => null, null);

    public static TheoryData<string> Names => [.. TinyModels.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_family_comes_to_the_same(string name)
    {
        if (TinyModels.Find(name, layers: 9) is not { } model)
            return;
        var workload = new Workload { Batch = 3, Prompt = 20, NewTokens = 9, PrefillChunk = 7 }.ValidatedFor(model);
        Same(model, workload, new());
    }

    [Theory]
    [InlineData(false, null, 4, 300, null)]
    [InlineData(true, null, 4, 300, 64)]
    [InlineData(false, 20, 2, 700, null)]
    [InlineData(true, 40, 1, 900, 256)]
    public void So_does_each_kind_of_segments(bool isExpandable, int? maxSplit, int batch, int prompt, int? chunk)
    {
        var model = ModelPresets.Find("gpt2");
        var workload = new Workload { Batch = batch, Prompt = prompt, NewTokens = 12, PrefillChunk = chunk, Logits = LogitsFor.All, Attention = AttentionKernel.Math }.ValidatedFor(model);
        AllocatorSettings settings = new() { ExpandableSegments = isExpandable, MaxSplitSize = maxSplit is { } mib ? new(mib * ByteSize.MiB) : null };
        var reserved = Same(model, workload, settings);
        // Where memory is short, free segments are given back amid a layer, and asked for again in the next.
        for (var less = 1; less < 12; less++)
            Same(model, workload, settings with { Capacity = reserved - new ByteSize(less * 2 * ByteSize.MiB) });
        Same(model, workload, settings with { Limit = reserved, GarbageCollectionThreshold = 0.5 });
    }

    [Fact]
    public void Most_layers_are_skipped()
    {
        var (all, some) = (new Count(), new Count());
        var model = TinyModels.Find("llama", layers: 100)!;
        var workload = new Workload { Prompt = 20, NewTokens = 9 }.ValidatedFor(model);
        SymbolicRun.Decode(model, workload, all, H100.Kernels);
        SymbolicRun.Decode(model, workload, new SectionRecorder(new SteadyRepeater(some)), H100.Kernels);
        Assert.True(some.Events < all.Events / 10, $"{some.Events} of {all.Events}");
        Assert.Equal(all.Events, some.Events + some.Skipped);
    }

    /// <returns>The reserved peak.</returns>
    private static ByteSize Same(ModelSpec model, Workload workload, AllocatorSettings settings)
    {
        var (plain, computed) = Run(model, workload, settings, allocator => allocator);
        var tape = new RequestTape(RequestTape.Most);
        var (skipping, skipped) = Run(model, workload, settings, allocator => new SectionRecorder(new SteadyRepeater(allocator), tape));
        var replayed = new CachingAllocator(settings);
        tape.Play(replayed, (_, _) => { });

        Assert.Equal(Facts(plain), Facts(skipping));
        Assert.Equal(Facts(plain), Facts(replayed));
        Assert.Equal(plain.Steps, skipping.Steps);
        Assert.Equal(plain.Steps, replayed.Steps);
        Assert.Equal(
            plain.Map().Segments.Select(segment => (segment.Address, segment.Size, segment.Blocks.Count)),
            skipping.Map().Segments.Select(segment => (segment.Address, segment.Size, segment.Blocks.Count)));
        Assert.Equal((computed.Events, Text(computed.Account)), (skipped.Events, Text(skipped.Account)));
        Assert.Equal(Moment(computed.TensorPeak), Moment(skipped.TensorPeak));
        Assert.Equal(Moment(computed.AllocatedPeak), Moment(skipped.AllocatedPeak));
        Assert.Equal(computed.Steps.Select(Step), skipped.Steps.Select(Step));
        return plain.ReservedPeak.Levels.Reserved;
    }

    private static (CachingAllocator, AllocationLedger) Run(
        ModelSpec model, Workload workload, AllocatorSettings settings, Func<CachingAllocator, IAllocationSink> through)
    {
        var ledger = new AllocationLedger();
        var allocator = new CachingAllocator(settings, ledger);
        SymbolicRun.Decode(model, workload, through(allocator), H100.Kernels);
        ledger.Flush();
        return (allocator, ledger);
    }

    private static object[] Facts(CachingAllocator allocator) =>
    [
        allocator.Levels, Moment(allocator.AllocatedPeak), Moment(allocator.ReservedPeak), allocator.Retries,
        $"{allocator.OutOfMemory}", $"{allocator.NextCapacity}",
    ];

    private static object Moment(AllocatorMoment moment) => (moment.Levels, moment.Event, moment.Tag.ToString(), Text(moment.Account));

    private static object Moment(PeakMoment moment) => (moment.Size, moment.Tag.ToString(), Text(moment.Account));

    private static object Step(StepRecord step) => (step.Phase, step.Step, Moment(step.AllocatedPeak), Moment(step.TensorPeak), Text(step.AtEnd));

    private static string Text(MemoryAccount account) => string.Join(", ", account.Known);

    private sealed class Count : ISteadySink
    {
        public long Events { get; private set; }

        public long Skipped { get; private set; }

        public void Add(in AllocationEvent e) => Events++;

        public bool TryDescribe(ICollection<long> state) => true;

        public void Rename(ulong from, ulong to)
        {
        }

        public void Skip(long events) => Skipped += events;
    }
}
