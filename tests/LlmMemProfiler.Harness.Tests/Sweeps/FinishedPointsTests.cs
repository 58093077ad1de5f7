using System.Text.RegularExpressions;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Tests;
using LlmMemProfiler.Core.Tests.Records;
using LlmMemProfiler.Harness.Sweeps;
using LlmMemProfiler.Harness.Sweeps.Plans;

namespace LlmMemProfiler.Harness.Tests.Sweeps;

public sealed class FinishedPointsTests : IDisposable
{
    private static readonly ModelSpec Tiny = ModelPresets.Find("tiny");

    private readonly TemporaryFolder folder = new();
    private int written;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(RunStatus.Ok, true, true)]
    [InlineData(RunStatus.Oom, true, true)]
    [InlineData(RunStatus.Failed, true, false)]
    [InlineData(RunStatus.Timeout, true, false)]
    public void Every_record_is_the_end_of_its_point_unless_failures_are_tried_again(RunStatus status, bool finished, bool finishedForGood)
    {
        Append(ResultsFile.Name, ("a", 0, status));
        var points = FinishedPoints.Read(folder.Path);
        Assert.Equal((finished, finishedForGood), (points.Contains(Job("a"), retryFailed: false), points.Contains(Job("a"), retryFailed: true)));
        Assert.False(points.Contains(Job("b"), retryFailed: false));
        Assert.False(points.Contains(Job("a", 1), retryFailed: false));
    }

    [Theory]
    [InlineData("cudaErrorLaunchFailure", false, true)]
    [InlineData("cudaErrorUnknown", false, false)]
    [InlineData(null, true, false)]
    public void A_point_at_which_the_device_was_lost_is_not_finished(string? error, bool isLost, bool finished)
    {
        var failed = SampleRecord.OnVirtual(Record("a").As(RunStatus.Failed)) with { Repeat = 0, Error = "gone", DeviceError = new(null, null, error) { IsLost = isLost } };
        using (var file = ResultsAppender.Open(folder.Path, ResultsFile.Name))
            file.Append(failed);
        var job = new SweepJob(new(Tiny, new(), ModelFacts.Of(Tiny)), failed.PointId, 0, new(1));
        Assert.Equal(finished, FinishedPoints.Read(folder.Path).Contains(job, retryFailed: false));
    }

    [Fact]
    public void The_last_record_of_a_point_counts_and_all_shares_do()
    {
        Append(ResultsFile.Name, ("a", 0, RunStatus.Failed), ("a", 0, RunStatus.Ok), ("b", 0, RunStatus.Ok));
        Append("results-1-of-2.jsonl", ("b", 1, RunStatus.Ok));
        var points = FinishedPoints.Read(folder.Path);
        Assert.All([Job("a"), Job("b"), Job("b", 1)], job => Assert.True(points.Contains(job, retryFailed: true)));
    }

    [Fact]
    public void Each_results_file_of_the_folder_counts_whatever_its_name_and_a_folder_without_any_holds_nothing()
    {
        Assert.False(FinishedPoints.Read(folder.Path).Contains(Job("a"), retryFailed: false));
        Append("other-machine.jsonl", ("a", 0, RunStatus.Ok));
        Assert.True(FinishedPoints.Read(folder.Path).Contains(Job("a"), retryFailed: false));
    }

    [Fact]
    public void A_last_line_that_was_cut_off_is_no_record_and_any_other_that_is_none_is_named()
    {
        Append(ResultsFile.Name, ("a", 0, RunStatus.Ok));
        var file = Path.Combine(folder.Path, ResultsFile.Name);
        var whole = File.ReadAllText(file);
        File.WriteAllText(file, whole + "{\"point_id\":\"b\",\"sta");
        Assert.True(FinishedPoints.Read(folder.Path).Contains(Job("a"), retryFailed: false));

        // What no report would read is not gone on with: another schema, a part of a record, a record twice.
        var later = Regex.Replace(whole.Replace("\"schema\":1,", "\"schema\":2,", StringComparison.Ordinal), ",\"seal\":\"[^\"]*\"", "");
        foreach (var bad in (string[])["garbage", "[]", "{}", "{\"point_id\":\"b\",\"status\":\"ok\"}", later.TrimEnd(), whole.TrimEnd()])
        {
            foreach (var after in (string[])["{\"point_id\":\"b\",\"sta", ""])
            {
                File.WriteAllText(file, whole + bad + "\n" + after);
                var message = Assert.ThrowsAny<InputException>(() => FinishedPoints.Read(folder.Path)).Message;
                Assert.StartsWith($"{file}:2: not a record (", message, StringComparison.Ordinal);
                Assert.EndsWith("; fix or remove the line, or use another folder", message, StringComparison.Ordinal);
            }
        }
    }

    private void Append(string name, params (string Id, int Repeat, RunStatus Status)[] records)
    {
        using var file = ResultsAppender.Open(folder.Path, name);
        foreach (var (id, repeat, status) in records)
        {
            file.Append(Record(id).As(status) with { Repeat = repeat, Started = DateTimeOffset.UnixEpoch.AddMinutes(written++) });
        }
    }

    private static SweepJob Job(string id, int repeat = 0) => new(new(Tiny, new(), ModelFacts.Of(Tiny)), Record(id).PointId, repeat, new(1));

    /// <summary>The point of one sequence is a, that of two is b.</summary>
    private static RunRecord Record(string id) => SampleRecord.OfBatch(id[0] - 'a' + 1);
}
