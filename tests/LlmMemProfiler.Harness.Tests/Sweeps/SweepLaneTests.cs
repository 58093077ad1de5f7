using LlmMemProfiler.Core;
using LlmMemProfiler.Device;
using LlmMemProfiler.Harness.Sweeps;
using LlmMemProfiler.Harness.Sweeps.Workers;

namespace LlmMemProfiler.Harness.Tests.Sweeps;

public sealed class SweepLaneTests : IDisposable
{
    private static readonly WorkerCommand Command = new("worker", []);

    private readonly FakeWorker worker = new();

    public void Dispose() => worker.Dispose();

    [Theory]
    [InlineData("auto")]
    [InlineData("cpu")]
    [InlineData("cuda:3")]
    public void One_device_is_taken_as_it_is_named(string device)
    {
        var lane = Assert.Single(SweepLane.Of(device.ToUpperInvariant(), Command, "7,8"));
        Assert.Equal((device, device), (lane.Name, lane.Device));
        Assert.Empty(lane.Command.Environment);
    }

    [Theory]
    [InlineData("cuda:0,cuda:1", null, "cuda:0=0 cuda:0=1")]
    [InlineData("cuda:1, cuda:0", "5,GPU-ab", "cuda:0=GPU-ab cuda:0=5")]
    [InlineData("GPU-aa,cuda:0", null, "GPU-aa=GPU-aa cuda:0=0")]
    public void Of_several_each_worker_sees_one(string devices, string? visible, string expected) => Assert.Equal(
        expected,
        string.Join(' ', SweepLane.Of(devices, Command, visible).Select(l => $"{l.Device}={l.Command.Environment["CUDA_VISIBLE_DEVICES"]}")));

    [Theory]
    [InlineData("cuda:0,cuda:0", "listed twice")]
    [InlineData("cpu,cuda:0", "cpu cannot be combined")]
    [InlineData("cuda:0,auto", "auto cannot be combined")]
    [InlineData("cuda:0,,cuda:1", "unknown device")]
    [InlineData("cuda:0,gpu7", "unknown device")]
    [InlineData("CUDA:0,cuda:0", "listed twice")]
    public void What_cannot_work_side_by_side_is_bad_input(string devices, string words) => Assert.Contains(
        words, Assert.Throws<InputException>(() => SweepLane.Of(devices, Command, "0,1")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_device_that_is_not_there_is_no_bad_input() => Assert.Contains(
        "lists only 2", Assert.Throws<DeviceException>(() => SweepLane.Of("cuda:0,cuda:2", Command, "0,1")).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_worker_tells_what_the_device_is() =>
        Assert.Equal(FakeWorker.Facts.Device, (await Ask("facts", FakeWorker.Timeout)).Device);

    [Theory]
    [InlineData("echo no library >&2; exit 5", 600, "exited with code 5", "no library", "doctor")]
    [InlineData("sleep 300", 1, "did not answer within 1 s")]
    public async Task One_that_cannot_tell_ends_the_sweep_before_it_begins(string script, int seconds, params string[] words)
    {
        var message = (await Assert.ThrowsAsync<DeviceException>(() => Ask(script, TimeSpan.FromSeconds(seconds)))).Message;
        Assert.All(words, word => Assert.Contains(word, message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_program_that_is_not_there()
    {
        var lane = new SweepLane("cpu", "cpu", new("/nonexistent/worker", []));
        Assert.Contains("/nonexistent/worker: the worker cannot be started", (await Assert.ThrowsAsync<DeviceException>(
            () => lane.QueryAsync(null, false, FakeWorker.Timeout))).Message, StringComparison.Ordinal);
    }

    private Task<WorkerFacts> Ask(string script, TimeSpan limit) =>
        worker.Lane(script).QueryAsync(null, false, limit);
}
