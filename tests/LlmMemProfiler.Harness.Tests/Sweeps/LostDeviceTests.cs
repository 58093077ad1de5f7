using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Harness.Sweeps;

namespace LlmMemProfiler.Harness.Tests.Sweeps;

/// <summary>A worker that ends without a word may have met a kernel that fails, or a GPU that is gone: the next process tells.</summary>
public sealed class LostDeviceTests : IDisposable
{
    private readonly FakeWorker worker = new();

    public void Dispose() => worker.Dispose();

    [Fact(Timeout = FakeWorker.Bound)]
    public async Task Where_the_next_process_can_use_it_the_sweep_goes_on()
    {
        var (kept, sweep) = await Run("[ -z \"$batch\" ] && { facts; exit 0; }; kill -SEGV $$");
        Assert.Equal(3, kept.Count);
        Assert.Empty(sweep.Lost);
        Assert.All(kept, record => Assert.Null(record.DeviceError));
    }

    [Fact(Timeout = FakeWorker.Bound)]
    public async Task Where_it_cannot_the_device_is_lost_and_the_sweep_ends()
    {
        worker.Write("fault", new() { Fault = new("device", "cuda:0: the driver does not answer") });
        var (kept, sweep) = await Run("[ -z \"$batch\" ] && { cat fault; exit 3; }; kill -SEGV $$");
        Assert.Equal((RunStatus.Failed, true), (Assert.Single(kept).Status, kept[0].DeviceError!.IsLost));
        Assert.Equal(kept, sweep.Lost);
    }

    private async Task<(List<RunRecord> Kept, Sweep Sweep)> Run(string script)
    {
        var kept = new List<RunRecord>();
        var facts = FakeWorker.Facts with { Device = new(DeviceKind.Cuda, "A GPU", "GPU-1", new(1L << 40), "9.0", "570") };
        var sweep = new Sweep([(worker.Lane(script), facts)], kept.Add, _ => { }) { Limit = FakeWorker.Timeout };
        await sweep.RunAsync(FakeWorker.Jobs(3), TestContext.Current.CancellationToken);
        return (kept, sweep);
    }
}
