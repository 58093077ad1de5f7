using System.Text.Json;
using LlmMemProfiler.Core.Records;

namespace LlmMemProfiler.Core.Tests.Records;

/// <summary>Beside no other test: the heap that is measured is the whole process's.</summary>
[CollectionDefinition(nameof(ResultsReaderMemoryTests), DisableParallelization = true)]
[Collection(nameof(ResultsReaderMemoryTests))]
public sealed class ResultsReaderMemoryTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Ten_thousand_records_are_read_within_little_memory()
    {
        var file = Path.Combine(folder.Path, "many.jsonl");
        using (var writer = new StreamWriter(file))
        {
            for (var i = 0; i < 10_000; i++)
                writer.Write(JsonSerializer.Serialize(SampleRecord.Run with { Repeat = i + 1, Started = Noon.AddSeconds(i) }, RecordJson.Default.RunRecord) + "\n");
        }
        var reader = new ResultsReader();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var most = 0L;
        foreach (var record in reader.Read([file]))
        {
            if (reader.Count % 2_500 == 0)
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
        }

        Assert.Equal(10_000, reader.Count);
        Assert.InRange(most, 0, 8 << 20);
    }
}
