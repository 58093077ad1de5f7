using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Reports.Tests;

/// <summary>Records as a sweep leaves them. Tensors are measured as the symbolic run has them; over them lies a known runtime.</summary>
public static class SyntheticSweep
{
    /// <summary>What the device counts beside tensors, in every record.</summary>
    public const long Context = 150 * ByteSize.MiB, Modules = 10 * ByteSize.MiB, Residual = 3 * ByteSize.MiB;

    public const long Runtime = Context + Modules + Residual;

    public static RunRecord Point(string model, Workload workload, long extra = 0)
    {
        var spec = ModelPresets.Find(model);
        var ledger = new AllocationLedger();
        SymbolicRun.Decode(spec, workload, ledger);
        ledger.Flush();
        var tensors = ledger.TensorPeak.Account;
        var parts = tensors.With((Part.Context, new(Context)), (Part.Modules, new(Modules)), (Part.Residual, new(Residual + extra)));
        var key = new PointKey(ModelFacts.Of(spec), WorkloadFacts.Of(workload), DeviceKind.Cpu, "");
        return SyntheticRun.Guide(newTokens: 2) with
        {
            PointId = key.Id,
            Model = key.Model,
            Workload = key.Workload,
            Measured = new()
            {
                TensorPeak = tensors.Total,
                AllocatedPeak = tensors.Total,
                DevicePeak = parts.Total,
                Parts = parts,
                TensorParts = tensors,
                TensorPeakAt = ledger.TensorPeak.Tag.ToString(),
                Phases = [],
            },
            Estimates = Estimators.All(spec, workload),
            Timeline = Curve(ledger.Steps),
        };
    }

    /// <summary>One point a value of each axis, around a common one.</summary>
    /// <param name="extra">Bytes that each takes more.</param>
    public static IReadOnlyList<RunRecord> Axes(long extra = 0)
    {
        var common = new Workload { Prompt = 32, NewTokens = 24, Batch = 2 };
        Workload[] workloads =
        [
            common, common with { Batch = 1 }, common with { Batch = 4 }, common with { Prompt = 48 }, common with { Prompt = 80 },
            common with { Type = DataType.Float32 }, common with { Type = DataType.Int8 }, common with { Attention = AttentionKernel.Math },
            common with { PrefillChunk = 8 }, common with { PrefillChunk = 16 }, common with { Cache = CachePolicy.Concat },
            common with { Cache = CachePolicy.Paged },
        ];
        return [.. workloads.Select(w => Point("tiny", w, extra)), .. workloads.Take(4).Select(w => Point("tiny-gqa", w, extra))];
    }

    /// <summary>So many records over models, types, batches and lengths, each a little different from its prediction.</summary>
    public static IEnumerable<RunRecord> Many(int count)
    {
        // A whole curve as a long run leaves it; the symbolic runs are made once for each kind.
        var models = (string[])["tiny", "tiny-gqa", "tiny-guide"];
        var kinds = new Dictionary<(int, int, int, int), RunRecord>();
        for (var i = 0; i < count; i++)
        {
            var kind = (i % 3, i / 3 % 4, i / 12 % 4, i / 48 % 5);
            if (!kinds.TryGetValue(kind, out var record))
            {
                var (model, type, batch, prompt) = kind;
                record = kinds[kind] = Point(models[model], new()
                {
                    Type = DataTypes.OfWeights.Values.ElementAt(type),
                    Batch = 1 << batch,
                    Prompt = 16 + 8 * prompt,
                    NewTokens = 64,
                });
            }
            yield return record with
            {
                PointId = $"{i:x16}",
                Started = DateTimeOffset.UnixEpoch.AddSeconds(i),
                Measured = WithMore(record.Measured, new(i * 7919L % 4096 * 1024)),
            };
        }
    }

    /// <summary>More of the device total, none of which is explained.</summary>
    private static Measured WithMore(Measured measured, ByteSize more)
    {
        var parts = new MemoryAccount(measured.Parts.Known.Select(p => p.Part == Part.Residual ? (p.Part, p.Size + more) : p));
        return measured with { DevicePeak = parts.Total, Parts = parts };
    }

    private static Timeline Curve(IReadOnlyList<StepRecord> steps) => new()
    {
        Seconds = [.. steps.Select((_, i) => 0.01 * (i + 1))],
        Phase = [.. steps.Select(s => s.Phase)],
        Step = [.. steps.Select(s => s.Step)],
        Allocated = [.. steps.Select(s => s.AllocatedPeak.Account)],
        Device = [.. steps.Select(_ => (ByteSize?)null)],
    };
}
