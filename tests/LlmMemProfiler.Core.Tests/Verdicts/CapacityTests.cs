using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Verdicts;

namespace LlmMemProfiler.Core.Tests.Verdicts;

public class CapacityTests
{
    [Fact]
    public void It_says_whose_figure_it_is_in_full_and_in_a_few_words()
    {
        var capacity = Capacity.Of(GpuModels.Find("rtx-4090")!);

        Assert.Equal(("rtx-4090", 25_250_627_584), (capacity.Name, capacity.Total!.Value.Bytes));
        Assert.Equal("Linux, CUDA driver 13.0: deviceQuery dump, GitHub file id 38922833505", capacity.Source);
        Assert.Equal("Linux, CUDA driver 13.0", capacity.Place);
        Assert.Equal("given by hand", Capacity.Of(GpuNames.Find("sm_120:46:12GiB", [])).Place);
    }

    /// <summary>All cards and slices: a verdict, or what is not known, which is what the table's file has no figure of.</summary>
    [Fact]
    public void Each_target_ends_in_a_verdict_or_in_what_is_not_known()
    {
        var (model, workload) = (ModelPresets.Find("tiny"), new Workload { Prompt = 4, NewTokens = 2 });
        var targets = Targets.Gpus.SelectMany(card => card.Slices.Prepend(card)).ToList();
        Assert.True(targets.Count >= 150, $"{targets.Count} targets");
        Assert.All(targets, gpu =>
        {
            var target = Targets.Find(gpu.Name, 2, _ => null);
            var fit = Fit.Of(SimulatedEstimator.Estimate(model, workload, target), Capacity.Of(gpu), model, workload, target);

            // Each card has more than a GiB, and the tiny model needs a hundred times less.
            Assert.Equal(gpu.Total is null ? null : Verdict.Depends, fit.Verdict);
            Assert.Equal(gpu.Total is null ? $"how much memory {gpu.Name} has is not known" : null, fit.Unknown);
            Assert.Equal(gpu.Total - fit.Needed.Low, fit.Margin);
            Assert.InRange(fit.Needed.Low.Bytes, 2 << 20, 64 << 20);
            Assert.NotNull(fit.Moment);
            Assert.Equal(Verdict.No, Fit.Of(SimulatedEstimator.Estimate(model, workload, target), new(gpu.Name, new(1 << 20), "s"), model, workload, target).Verdict);
        });
        Assert.Contains(targets, gpu => gpu.Total is null);
    }
}
