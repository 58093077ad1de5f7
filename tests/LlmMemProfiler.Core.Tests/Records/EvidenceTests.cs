using System.Text.Json;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Records;

namespace LlmMemProfiler.Core.Tests.Records;

/// <summary>What was measured once and is committed must still be what today's predictors say.</summary>
public class EvidenceTests
{
    public static TheoryData<string> Files =>
        [.. Directory.GetFiles(Path.Combine(Repository(), "profiles", "hardware"), ResultsFile.Name, SearchOption.AllDirectories)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Todays_predictors_meet_the_committed_measurements_to_the_byte(string file)
    {
        foreach (var line in File.ReadLines(file))
        {
            var record = JsonSerializer.Deserialize(line, RecordJson.Default.RunRecord)!;
            Assert.Equal(RunStatus.Ok, record.Status);
            Assert.Equal(record.Measured.DevicePeak, record.Measured.Parts.Total);
            Assert.Equal(record.Measured.TensorPeak, record.Measured.TensorParts.Total);

            var (model, workload) = (ModelPresets.Find(record.Model.Name), WorkloadOf(record.Workload));
            Assert.Equal(record.Model, ModelFacts.Of(model));
            Assert.Equal(record.Workload, WorkloadFacts.Of(workload));
            Assert.Equal(record.Measured.TensorPeak, AnalyticEstimator.Estimate(model, workload).TensorPeak);
            Assert.Equal(record.Measured.TensorPeak, SimulatedEstimator.Estimate(model, workload).TensorPeak);
            Assert.Equal(record.Estimates[0].Total, GuideEstimator.Estimate(model, workload).Total);
        }
    }

    private static Workload WorkloadOf(WorkloadFacts facts) => new()
    {
        Batch = facts.Batch,
        Prompt = facts.Prompt,
        NewTokens = facts.NewTokens,
        Type = Core.Units.DataTypes.OfWeights[facts.Dtype],
        KvType = Core.Units.DataTypes.OfWeights[facts.KvDtype],
        Cache = Enum.Parse<CachePolicy>(facts.Cache, ignoreCase: true),
        CacheBlock = facts.CacheBlock ?? 16,
        Attention = Enum.Parse<AttentionKernel>(facts.Attention, ignoreCase: true),
        PrefillChunk = facts.PrefillChunk,
        Logits = Enum.Parse<LogitsFor>(facts.Logits, ignoreCase: true),
    };

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "LlmMemProfiler.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("the tests run outside of the repository");
        return folder.FullName;
    }
}
