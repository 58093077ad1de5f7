using LlmMemProfiler.Calibration.Accuracy;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Tests.Records;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Tests.Accuracy;

public class EvidenceClaimsTests
{
    private static readonly ModelSpec Model = ModelPresets.Find("tiny");
    private static readonly Workload Point = new Workload { Type = DataType.Float16, Prompt = 8, NewTokens = 4 };

    private static readonly CudaFacts Cuda = new() { Multiprocessors = 132, Cudnn = 0, Attention = ["flash"], Levels = [] };

    /// <summary>What an H100 would show if every prediction were right, with 1 % of its total left over.</summary>
    private static RunRecord Perfect
    {
        get
        {
            var record = SampleRecord.Run with
            {
                Status = RunStatus.Ok,
                Model = ModelFacts.Of(Model),
                Workload = WorkloadFacts.Of(Point),
                Device = new(DeviceKind.Cuda, "NVIDIA H100", "GPU-1", new(80L << 30), "9.0", "580.82"),
                Cuda = Cuda,
                Trace = new(10, 20, 20, 20, 0, 0, []),
            };
            var estimate = SimulatedEstimator.Estimate(Model, Point, RecordedTarget.Of(record.Device, record.Host, record.Cuda));
            return record with
            {
                Measured = record.Measured with
                {
                    TensorPeak = estimate.TensorPeak,
                    AllocatedPeak = estimate.AllocatedPeak,
                    ReservedPeak = estimate.ReservedPeak,
                    DevicePeak = new(1000),
                    Parts = new((Part.Weights, new(990)), (Part.Residual, new(10))),
                },
            };
        }
    }

    [Fact]
    public void Every_agreement_is_counted()
    {
        var claims = EvidenceClaims.Of([Perfect, Perfect with { Status = RunStatus.Oom }]);
        Assert.Equal(
            new()
            {
                Records = 2,
                Ok = 1,
                TensorPeakEqual = 1,
                AllocatedPeakEqual = 1,
                ReservedPeakEqual = 1,
                TraceEqual = 1,
                LargestResidualPercent = 1,
            },
            claims);
        Assert.Empty(claims.WorseThan(claims));
    }

    [Fact]
    public void One_byte_off_is_no_agreement_and_said()
    {
        var claimed = EvidenceClaims.Of([Perfect]);
        var measured = Perfect.Measured;
        Assert.Equal(["tensor peaks predicted to the byte: 0, claimed 1"], Worse(measured with { TensorPeak = measured.TensorPeak + new ByteSize(1) }));
        Assert.Equal(["allocated peaks predicted to the byte: 0, claimed 1"], Worse(measured with { AllocatedPeak = measured.AllocatedPeak + new ByteSize(1) }));
        Assert.Equal(["reserved peaks predicted to the byte: 0, claimed 1"], Worse(measured with { ReservedPeak = null }));
        Assert.Equal(["largest residual: 2 %, claimed 1 %"], Worse(measured with { Parts = new((Part.Residual, new(-20))) }));
        Assert.Equal(["traces as predicted: 0, claimed 1"], EvidenceClaims.Of([Perfect with { Trace = Perfect.Trace! with { Differences = 1 } }]).WorseThan(claimed));
        Assert.Equal(6, EvidenceClaims.Of([]).WorseThan(claimed).Count);

        IReadOnlyList<string> Worse(Measured m) => EvidenceClaims.Of([Perfect with { Measured = m }]).WorseThan(claimed);
    }

    [Fact]
    public void More_than_was_claimed_is_not_worse() =>
        Assert.Empty(EvidenceClaims.Of([Perfect, Perfect]).WorseThan(EvidenceClaims.Of([Perfect])));

    [Fact]
    public void A_model_and_a_workload_come_back_from_their_facts()
    {
        foreach (var workload in (Workload[])[Point, new() { Cache = CachePolicy.Paged, CacheBlock = 4, KvType = DataType.Float32, Attention = AttentionKernel.Math, PrefillChunk = 3, Logits = LogitsFor.All }])
        {
            var facts = WorkloadFacts.Of(workload);
            Assert.Equal(facts, WorkloadFacts.Of(facts.ToWorkload(Model)));
        }
        Assert.Equal(Model, ModelFacts.Of(Model).ToSpec());
    }
}
