using System.Text.Json;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Records;

public class RoundTripTests
{
    [Fact]
    public void An_estimate_comes_back_as_it_was_written()
    {
        var json = JsonSerializer.Serialize(SampleRecord.Estimate, RecordJson.Default.EstimateRecord);
        var back = JsonSerializer.Deserialize(json, RecordJson.Default.EstimateRecord)!;

        Assert.Equal(json, JsonSerializer.Serialize(back, RecordJson.Default.EstimateRecord));
        Assert.Equal(SampleRecord.Estimate.Model, back.Model);
        Assert.Equal(SampleRecord.Estimate.Workload, back.Workload);
        Assert.Equal(SampleRecord.Estimate.Estimates.Select(e => e.Total), back.Estimates.Select(e => e.Total));
        Assert.Equal(SampleRecord.Estimate.Estimates[0].Parts.Known, back.Estimates[0].Parts.Known);
    }

    [Fact]
    public void A_run_comes_back_as_it_was_written()
    {
        var json = JsonSerializer.Serialize(SampleRecord.Run, RecordJson.Default.RunRecord);
        var back = JsonSerializer.Deserialize(json, RecordJson.Default.RunRecord)!;

        Assert.Equal(json, JsonSerializer.Serialize(back, RecordJson.Default.RunRecord));
        Assert.Equal(SampleRecord.Run.Device, back.Device);
        Assert.Equal(SampleRecord.Run.Started, back.Started);
        Assert.Equal((RunStatus.Oom, 42, 5_000_000_000), (back.Status, back.Seed, back.Measured.TensorPeak!.Value.Bytes));
        Assert.Null(back.Measured.ReservedPeak);
        Assert.Null(back.Timing.DecodeTokensPerSecond);
        Assert.Equal(SampleRecord.Run.Measured.Parts.Known, back.Measured.Parts.Known);
        Assert.Equal(SampleRecord.Run.Timeline.Device, back.Timeline.Device);
        Assert.Equal([Phase.Load, Phase.Decode], back.Timeline.Phase);
    }

    [Theory]
    [InlineData("{\"weights_bytes\": \"many\"}")]
    [InlineData("{\"weights_bytes\": 1.5}")]
    [InlineData("{\"weights_bytes\": 9223372036854775808}")]
    [InlineData("{\"weight_bytes\": 1}")]
    [InlineData("{\"weights_bytes\": 1, \"weights_bytes\": 2}")]
    [InlineData("{\"weights_bytes\": 9223372036854775807, \"logits_bytes\": 1}")]
    [InlineData("[]")]
    public void Parts_that_are_none_are_no_JSON_of_ours(string parts)
    {
        var json = JsonSerializer.Serialize(SampleRecord.Estimate, RecordJson.Default.EstimateRecord);
        var start = json.IndexOf("\"parts\":", StringComparison.Ordinal) + "\"parts\":".Length;
        var broken = json[..start] + parts + json[(json.IndexOf('}', start) + 1)..];

        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(broken, RecordJson.Default.EstimateRecord));
    }

    [Fact]
    public void An_account_of_blocks_says_so_and_one_of_requests_is_written_as_ever()
    {
        var blocks = new MemoryAccount((Part.Weights, new(512))).As(Counted.Blocks);
        var json = JsonSerializer.Serialize(blocks);

        Assert.StartsWith("""{"counted":"blocks","weights_bytes":512,""", json, StringComparison.Ordinal);
        Assert.Equal(Counted.Blocks, JsonSerializer.Deserialize<MemoryAccount>(json)!.With((Part.Logits, new(1))).Counted);
        Assert.DoesNotContain("counted", JsonSerializer.Serialize(blocks.As(Counted.Requests)), StringComparison.Ordinal);
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<MemoryAccount>("""{"counted":"apples"}"""));
    }

    [Theory]
    [InlineData(DeviceKind.Cpu, Counted.Requests)]
    [InlineData(DeviceKind.Cuda, Counted.Blocks)]
    public void A_record_from_before_accounts_said_what_they_count_is_read_for_its_device(DeviceKind device, Counted counted)
    {
        var old = device == DeviceKind.Cpu ? SampleRecord.Run : SampleRecord.OnCuda(SampleRecord.Run);
        var json = JsonSerializer.SerializeToUtf8Bytes(old, RecordJson.Default.RunRecord);

        Assert.Equal(counted, RecordLine.Parse(json).Measured.TensorParts.Counted);
        Assert.All(RecordLine.Parse(json).Estimates, e => Assert.Equal(Counted.Requests, e.TensorParts.Counted));
    }

    [Fact]
    public void An_older_run_on_CUDA_whose_allocations_nobody_saw_is_read_as_unknown()
    {
        var zeros = MemoryAccount.OfOwners(new long[Parts.Owners]);
        var run = SampleRecord.OnCuda(SampleRecord.Run).As(RunStatus.Ok);
        var old = run with
        {
            Events = new(0, 0, 0, "hook"),
            Trace = new(10, 20, 0, 0, 10, 10, []),
            Measured = run.Measured with
            {
                TensorPeak = new(0),
                AllocatedPeak = new(0),
                DevicePeak = new(7),
                TensorParts = zeros,
                Parts = zeros.With((Part.Context, new(4)), (Part.Residual, new(3))),
            },
        };
        var read = RecordLine.Parse(JsonSerializer.SerializeToUtf8Bytes(old, RecordJson.Default.RunRecord));

        Assert.Null(read.Measured.TensorPeak);
        Assert.Null(read.Measured.AllocatedPeak);
        Assert.Null(read.Trace);
        Assert.Null(read.Events.Count);
        Assert.Empty(read.Measured.TensorParts.Known);
        Assert.Equal([(Part.Context, new(4)), (Part.Residual, new(3))], read.Measured.Parts.Known);
        Assert.Contains(read.Measured.Unknown, line => line.Contains("reported none", StringComparison.Ordinal));
        // One that ran out of memory at once saw nothing either, and that is right.
        var early = RecordLine.Parse(JsonSerializer.SerializeToUtf8Bytes(old with { Status = RunStatus.Oom, Error = "out of memory" }, RecordJson.Default.RunRecord));
        Assert.Equal(new ByteSize(0), early.Measured.TensorPeak);
    }

    [Fact]
    public void Nothing_is_reserved_as_far_as_known_before_an_event()
    {
        var blocks = new WarmUpBlocks();
        Assert.Null(blocks.Reserved);
        blocks.Add(new(1, 512, Tag.Of(Phase.Load, 0, null, Part.Weights, Operation.Zeros, 0), Reserved: 2 << 20));
        Assert.Equal(new ByteSize(2 << 20), blocks.Reserved);
    }
}
