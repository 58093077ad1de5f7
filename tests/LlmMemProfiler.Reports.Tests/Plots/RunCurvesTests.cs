using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Reports.Plots;

namespace LlmMemProfiler.Reports.Tests.Plots;

public class RunCurvesTests
{
    [Fact]
    public void A_moment_speaks_for_the_time_since_the_moment_before()
    {
        var curves = Curves(At(1, Phase.Load, 10), At(3, Phase.Load, 30));
        Assert.Equal([(0, 1), (1, 3)], curves.Intervals.Select(s => (s.From, s.To)));
        Assert.Equal((0, 3), (curves.Start, curves.End));
    }

    [Fact]
    public void A_phase_ends_at_its_last_moment_and_the_next_begins_there()
    {
        var curves = Curves(At(1, Phase.Load, 1), At(2, Phase.Load, 1), At(3, Phase.Prefill, 1), At(9, Phase.Decode, 1));
        Assert.Equal(
            [new(Phase.Load, 0, 2), new(Phase.Prefill, 2, 3), new(Phase.Decode, 3, 9)], curves.Phases);
    }

    [Fact]
    public void A_phase_without_duration_is_not_named() =>
        Assert.Equal([new(Phase.Load, 0, 2)], Curves(At(0, Phase.Init, 0), At(2, Phase.Load, 1)).Phases);

    [Fact]
    public void Peaks_of_parts_are_their_own_and_the_sum_is_of_one_moment()
    {
        var curves = Curves(
            At(1, Phase.Load, (Part.Weights, 10), (Part.Logits, 1)), At(2, Phase.Load, (Part.Weights, 3), (Part.Logits, 7)));
        Assert.Equal(new ByteSize(10), curves.Peak(Part.Weights));
        Assert.Equal(new ByteSize(7), curves.Peak(Part.Logits));
        Assert.Equal(ByteSize.Zero, curves.Peak(Part.Inputs));
        Assert.Equal(new ByteSize(11), curves.Peak([Part.Weights, Part.Logits]));
    }

    private static Moment At(double seconds, Phase phase, long weights) => At(seconds, phase, (Part.Weights, weights));

    private static Moment At(double seconds, Phase phase, params (Part Part, long Bytes)[] parts) =>
        new(seconds, phase, new(parts.Select(p => (p.Part, new ByteSize(p.Bytes)))), null);

    private static RunCurves Curves(params Moment[] moments) => RunCurves.Of(SyntheticRun.Guide().With(moments).Timeline);
}
