using CsCheck;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;

namespace LlmMemProfiler.Core.Tests.Allocation;

public class LedgerPropertyTests
{
    [Fact]
    public void The_ledger_says_what_the_whole_stream_says() => RandomStream.Any.Sample(
        stream =>
        {
            var ledger = Booked(stream);
            var naive = new NaiveLedger(stream);

            Same(naive.AllocatedPeak(), ledger.AllocatedPeak, stream);
            Same(naive.TensorPeak(), ledger.TensorPeak, stream);
            Assert.Equal(stream.Sum(e => e.Size), ledger.Allocated.Bytes);
            Assert.Equal(stream.Count, ledger.Events);
        },
        iter: 2_000);

    [Fact]
    public void Each_step_says_what_its_part_of_the_stream_says() => RandomStream.Any.Sample(
        stream =>
        {
            var steps = Booked(stream).Steps;
            var naive = new NaiveLedger(stream).Steps().ToList();

            Assert.Equal(naive.Select(s => (s.Phase, s.Step, s.AtEnd)), steps.Select(s => (s.Phase, s.Step, s.AtEnd.Total.Bytes)));
            foreach (var (expected, step) in naive.Zip(steps))
            {
                Assert.Equal(expected.Allocated.Owners, Owners(step.AllocatedPeak));
                Assert.Equal(expected.Tensors.Owners, Owners(step.TensorPeak));
            }
        },
        iter: 2_000);

    [Fact]
    public void Owners_add_up_to_each_peak_and_tensors_never_pass_all_blocks() => RandomStream.Any.Sample(stream =>
    {
        var ledger = Booked(stream);

        Assert.All(
            [.. ledger.Steps.SelectMany(s => (PeakMoment[])[s.AllocatedPeak, s.TensorPeak]), ledger.AllocatedPeak, ledger.TensorPeak],
            peak => Assert.Equal(peak.Size.Bytes, Owners(peak).Sum()));
        Assert.True(ledger.TensorPeak.Size <= ledger.AllocatedPeak.Size);
        Assert.All(ledger.Steps, s => Assert.True(s.TensorPeak.Size <= s.AllocatedPeak.Size));
    });

    [Fact]
    public void The_tensor_trace_by_itself_has_the_tensor_peak_and_no_scratch() => RandomStream.Any.Sample(stream =>
    {
        var trace = new Recording();
        var whole = Booked(stream, trace);
        var tensors = Booked(trace.Events);

        Assert.Equal(whole.TensorPeak.Size, tensors.AllocatedPeak.Size);
        Assert.Equal(whole.TensorPeak.Size, tensors.TensorPeak.Size);
    });

    private static AllocationLedger Booked(IEnumerable<AllocationEvent> stream, IAllocationSink? tensorTrace = null)
    {
        var ledger = new AllocationLedger(tensorTrace);
        foreach (var e in stream)
            ledger.Add(e);
        ledger.Flush();
        return ledger;
    }

    private static void Same(NaiveLedger.Moment expected, PeakMoment peak, List<AllocationEvent> stream)
    {
        Assert.Equal(expected.Total, peak.Size.Bytes);
        Assert.Equal(expected.Owners, Owners(peak));
        // A peak of nothing lies before the first event.
        if (expected.At >= 0)
            Assert.Equal(stream[expected.At].Tag, peak.Tag);
    }

    private static long[] Owners(PeakMoment peak) => [.. Parts.All.Take(Parts.Owners).Select(p => peak.Account[p]!.Value.Bytes)];
}
