using System.Text;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation.Caching;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Shapes.Kernels.Cuda;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Core.Verdicts;

namespace LlmMemProfiler.Core.Tests.Verdicts;

public class FitTests
{
    private static readonly Workload Short = new() { Prompt = 8, NewTokens = 4 };

    /// <summary>
    /// With so much for the allocator the real libtorch 2.10.0+cu128 gets through on a virtual A100, and with 2 MiB less it ends there:
    /// seen with llmmem run under STANDIN_MEMORY, beside what it reserves where there is plenty.
    /// </summary>
    public static TheoryData<string, Workload, long, long, string> Seen => new()
    {
        { "gpt2", new() { Batch = 4, Prompt = 100, NewTokens = 30, Cache = CachePolicy.Concat }, 308_281_344, 316_669_952, "prefill, layer 11, Linear (activations)" },
        { "gpt2", new() { Batch = 8, Prompt = 300, NewTokens = 4 }, 411_041_792, 413_138_944, "prefill, layer 0, Gelu (activations)" },
        { "tiny", new() { Batch = 32, Prompt = 64, NewTokens = 20, Cache = CachePolicy.Concat }, 27_262_976, 27_262_976, "prefill, layer 0, Gelu (activations)" },
        { "gpt2", new() { Batch = 8, Prompt = 200, NewTokens = 30, Cache = CachePolicy.Concat, Logits = LogitsFor.All }, 513_802_240, 536_870_912, "prefill, Linear (logits)" },
        {
            "gpt2", new() { Batch = 4, Prompt = 300, NewTokens = 30, Cache = CachePolicy.Concat, Attention = AttentionKernel.Math, PrefillChunk = 64 },
            333_447_168, 358_612_992, "prefill chunk 3, layer 7, WeightedSum (activations)"
        },
    };

    [Theory]
    [MemberData(nameof(Seen))]
    public void What_is_needed_is_what_the_real_allocator_gets_through_with(string name, Workload workload, long needed, long reserved, string moment)
    {
        var (model, target) = (ModelPresets.Find(name), Targets.Find("a100-80", 2, _ => null));
        var estimate = SimulatedEstimator.Estimate(model, workload, target);
        Assert.Equal(reserved, estimate.ReservedPeak!.Value.Bytes);

        foreach (var (capacity, verdict, margin) in ((long?, Verdict?, long?)[])[(needed, Verdict.Depends, 0), (needed - 1, Verdict.No, -1), (80L << 30, Verdict.Depends, (80L << 30) - needed), (null, null, null)])
        {
            var fit = Fit.Of(estimate, new("x", capacity is { } bytes ? new(bytes) : null, "s"), model, workload, target);
            Assert.Equal((needed, verdict, margin, moment), (fit.Needed.Low.Bytes, fit.Verdict, fit.Margin?.Bytes, fit.Moment!.Value.ToString()));
            Assert.Equal((null, null, verdict is null ? "how much memory x has is not known" : null), (fit.Needed.Value, fit.Needed.High, fit.Unknown));
        }
    }

    /// <summary>The first of the above, beside a runtime that takes 100 to 200 MiB, 150 by the prediction.</summary>
    [Theory]
    [InlineData(200, 0, Verdict.Fits, 0)]
    [InlineData(200, -1, Verdict.Likely, (50 << 20) - 1)]
    [InlineData(150, 0, Verdict.Likely, 0)]
    [InlineData(150, -1, Verdict.Unlikely, -1)]
    [InlineData(100, 0, Verdict.Unlikely, -(50 << 20))]
    [InlineData(100, -1, Verdict.No, -1)]
    public void The_runtimes_memory_counts_against_the_capacity(int mib, int bytes, Verdict verdict, int margin)
    {
        var (workload, needed) = (new Workload { Batch = 4, Prompt = 100, NewTokens = 30, Cache = CachePolicy.Concat }, 308_281_344);
        var (model, target) = (ModelPresets.Find("gpt2"), Targets.Find("a100-80", 2, _ => null));
        var bare = SimulatedEstimator.Estimate(model, workload, target);
        var estimate = bare with
        {
            Parts = bare.Parts.With((Part.Context, MiB(110)), (Part.Modules, MiB(40))),
            Low = bare.Total + MiB(100),
            High = bare.Total + MiB(200),
        };
        var fit = Fit.Of(estimate, new("x", new(needed + MiB(mib).Bytes + bytes), "s"), model, workload, target);

        Assert.Equal((verdict, margin), (fit.Verdict, fit.Margin!.Value.Bytes));
        // Without bounds the prediction stands alone, and below it what the allocator needs by itself.
        var alone = Fit.Of(estimate with { Low = null, High = null }, new("x", MiB(40 << 10), "s"), model, workload, target);
        Assert.Equal((needed, needed + MiB(150).Bytes, null), (alone.Needed.Low.Bytes, alone.Needed.Value!.Value.Bytes, alone.Needed.High?.Bytes));
        Assert.Equal(Verdict.Likely, alone.Verdict);
    }

    /// <summary>Nobody knows before the run where a router sends tokens: only what is enough for the worst of it fits for sure.</summary>
    [Fact]
    public void The_upper_bound_is_enough_wherever_tokens_are_routed()
    {
        const string Config = """
            {"model_type": "mixtral", "hidden_size": 64, "intermediate_size": 1024, "num_hidden_layers": 4, "num_attention_heads": 4, "vocab_size": 101,
             "max_position_embeddings": 128, "num_key_value_heads": 2, "num_local_experts": 8, "num_experts_per_tok": 2}
            """;
        var (model, target) = (ModelFile.Read(Encoding.UTF8.GetBytes(Config), "mixtral", "mixtral"), Targets.Find("a100-80", 2, _ => null));
        var workload = new Workload { Batch = 64, Prompt = 100, NewTokens = 4 }.ValidatedFor(model);
        var bare = SimulatedEstimator.Estimate(model, workload, target);
        var estimate = bare with
        {
            Parts = bare.Parts.With((Part.Context, MiB(10)), (Part.Modules, MiB(0))),
            Low = bare.Total + MiB(10),
            High = bare.Total + MiB(10),
        };
        var needed = Fit.Of(estimate, new("x", MiB(1000), "s"), model, workload, target).Needed;

        Assert.Equal(needed.Low, needed.Value);
        Assert.True(needed.High > needed.Value);
        Assert.Equal((true, false), (GetsThrough(needed.High!.Value - MiB(10)), GetsThrough(needed.High.Value - MiB(10) - new ByteSize(1))));

        bool GetsThrough(ByteSize capacity)
        {
            var allocator = new CachingAllocator(target.Allocator! with { Capacity = capacity });
            SymbolicRun.Through(allocator, model, workload, target.Kernels, () => { }, null, ExpertLoads.Worst);
            return allocator.OutOfMemory is null;
        }
    }

    /// <summary>A range of one part, as the atlas may have it: the other one is still missing.</summary>
    [Theory]
    [InlineData(Part.Context, Part.Modules)]
    [InlineData(Part.Modules, Part.Context)]
    [InlineData(Part.Overhead, null)]
    public void What_is_known_of_the_runtime_counts_and_what_is_not_is_named(Part known, Part? besides)
    {
        var (model, target) = (ModelPresets.Find("tiny"), Targets.Find("a100-80", 2, _ => null));
        var bare = SimulatedEstimator.Estimate(model, Short, target);
        var fit = Fit.Of(bare with { Parts = bare.Parts.With((known, MiB(150))), Low = bare.Total + MiB(100), High = null }, new("x", MiB(1000), "s"), model, Short, target);
        var alone = Fit.Of(bare, new("x", MiB(1000), "s"), model, Short, target);

        Assert.Equal(besides is { } part ? [part] : [], fit.Besides);
        Assert.Equal([Part.Context, Part.Modules], alone.Besides);
        Assert.Equal((alone.Needed.Low + MiB(100), besides is null ? alone.Needed.Low + MiB(150) : null), (fit.Needed.Low, fit.Needed.Value));
        Assert.Equal(besides is null ? Verdict.Likely : Verdict.Depends, fit.Verdict);
    }

    [Theory]
    [InlineData("h100", null)]
    [InlineData("h100", "expandable_segments:True")]
    [InlineData("cpu", null)]
    public void What_the_estimate_kept_leads_to_the_same_verdict(string name, string? options)
    {
        var (model, workload) = (ModelPresets.Find("tiny"), Short with { Cache = CachePolicy.Concat, Batch = 32, Prompt = 64 });
        var target = Targets.Find(name, 2, variable => variable == "PYTORCH_ALLOC_CONF" ? options : null);
        var (requests, works) = (new SimulatedRequests(), new HashSet<string>());
        SimulationWatch? watch = null;
        watch = new() { OnPass = (_, _) => works.Add(watch!.Work) };

        var estimate = SimulatedEstimator.Estimate(model, workload, target, null, requests);
        var capacity = new Capacity("x", new(50 << 20), "s");
        var (again, kept) = (Fit.Of(estimate, capacity, model, workload, target), Fit.Of(estimate, capacity, model, workload, target, watch, requests));
        Assert.Equal((again.Needed, again.Moment, again.Verdict, again.Margin), (kept.Needed, kept.Moment, kept.Verdict, kept.Margin));
        Assert.DoesNotContain("read the requests", works);
    }

    [Fact]
    public void The_run_of_the_estimate_is_the_first_try_of_the_search()
    {
        var (model, target, requests) = (ModelPresets.Find("tiny"), Targets.Find("h100", 2, _ => null), new SimulatedRequests());
        _ = SimulatedEstimator.Estimate(model, Short, target, null, requests);
        Assert.Equal(Tries(null) - 1, Tries(requests));

        int Tries(SimulatedRequests? kept)
        {
            var works = new HashSet<string>();
            SimulationWatch? watch = null;
            watch = new() { OnPass = (_, _) => works.Add(watch!.Work) };
            _ = new NeededCapacity(model, Short, target, watch, kept).Find(target.Allocator!);
            return works.Count(work => work.StartsWith("find", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_run_that_is_too_long_to_keep_is_simulated_anew_for_each_try()
    {
        var (model, workload, target) = (ModelPresets.Find("tiny"), Short with { Cache = CachePolicy.Concat, Batch = 32, Prompt = 64 }, Targets.Find("h100", 2, _ => null));
        var works = new List<string>();
        SimulationWatch? watch = null;
        watch = new() { OnPass = (_, _) => works.Add(watch!.Work) };

        var kept = new NeededCapacity(model, workload, target, null).Find(target.Allocator!, new ByteSize(50 << 20));
        Assert.Equal(kept, new NeededCapacity(model, workload, target, watch, mostKept: 100).Find(target.Allocator!, new ByteSize(50 << 20)));
        // One prompt and three steps, each time.
        var tries = (works.Count / 4) - 1;
        Assert.InRange(tries, 2, 12);
        Assert.Equal(["read the requests", .. Enumerable.Range(1, tries).Select(i => $"find the smallest capacity, try {i}")], works.Chunk(4).Select(pass => Assert.Single(pass.Distinct())));
    }

    /// <summary>The C library's allocator has no limit that it would give back and try again at.</summary>
    [Theory]
    [InlineData(DataType.Float32, "prefill, layer 0, Gelu (activations)")]
    [InlineData(DataType.Float16, "prefill, layer 0, Gelu (activations)")]
    public void On_a_CPU_the_total_counts(DataType type, string moment)
    {
        var (model, workload, target) = (ModelPresets.Find("tiny"), Short with { Type = type }, Targets.Find("cpu", 2, _ => null));
        var estimate = SimulatedEstimator.Estimate(model, workload, target);
        var bare = Fit.Of(estimate, new("cpu", estimate.Total, "s"), model, workload, target);
        Assert.Equal((estimate.Total, null, Verdict.Depends, 0), (bare.Needed.Low, bare.Needed.Value, bare.Verdict, bare.Margin!.Value.Bytes));
        Assert.Equal(moment, bare.Moment.ToString());
        Assert.Equal(Verdict.No, Fit.Of(estimate, new("cpu", estimate.Total - new ByteSize(1), "s"), model, workload, target).Verdict);

        var whole = estimate with { Parts = estimate.Parts.With((Part.Context, MiB(30)), (Part.Modules, MiB(10))), Low = MiB(30), High = MiB(50) };
        Assert.Equal((Verdict.Fits, 0), (Of(50).Verdict, Of(50).Margin!.Value.Bytes));
        Assert.Equal((Verdict.No, -(1 << 20)), (Of(29).Verdict, Of(29).Margin!.Value.Bytes));

        Fit Of(int mib) => Fit.Of(whole, new("cpu", MiB(mib), "s"), model, workload, target);
    }

    [Fact]
    public void An_allocator_that_is_not_simulated_has_no_verdict_but_where_the_tensors_alone_are_too_much()
    {
        var (model, target) = (ModelPresets.Find("tiny"), Targets.Find("a100-80", 2, name => name == "PYTORCH_CUDA_ALLOC_CONF" ? "backend:cudaMallocAsync" : null));
        var estimate = SimulatedEstimator.Estimate(model, Short, target);
        var fit = Fit.Of(estimate, new("x", MiB(100), "s"), model, Short, target);

        Assert.Equal((null, null, "what the allocator holds is not known, since backend:cudaMallocAsync is not simulated"), (fit.Verdict, fit.Margin, fit.Unknown));
        // 296,032 B by hand, in SimulatedEstimatorTests.
        Assert.Equal((Verdict.No, -1), (Fit.Of(estimate, new("x", new(296_031), "s"), model, Short, target) is var no ? (no.Verdict, no.Margin!.Value.Bytes) : default));
    }

    /// <summary>Half of 600 MiB are 314,572,800 B, which is more than the 308,281,344 that are needed; of 580 MiB it is less.</summary>
    [Theory]
    [InlineData(600, Verdict.Depends, 629_145_600 - 308_281_344, null)]
    [InlineData(580, Verdict.No, 304_087_040 - 308_281_344, 304_087_040)]
    public void A_fraction_of_the_memory_decides_where_it_is_too_little(int mib, Verdict verdict, int margin, int? limit)
    {
        var (model, workload) = (ModelPresets.Find("gpt2"), new Workload { Batch = 4, Prompt = 100, NewTokens = 30, Cache = CachePolicy.Concat });
        var card = GpuModels.Find("a100-80")! with { Capacity = GpuCapacity.Of(MiB(mib), "s") };
        var target = Targets.Gpu(card, LibTorchCuda.TorchSharp, name => name == "PYTORCH_ALLOC_CONF" ? "per_process_memory_fraction:0.5" : null);
        var fit = Fit.Of(SimulatedEstimator.Estimate(model, workload, target), Capacity.Of(card), model, workload, target);

        Assert.Equal((verdict, margin, limit), (fit.Verdict, fit.Margin!.Value.Bytes, fit.Limit?.Bytes));
        Assert.Equal(308_281_344, fit.Needed.Low.Bytes);
    }

    private static ByteSize MiB(int mib) => new(mib * ByteSize.MiB);
}
