using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Reports.Plots;

namespace LlmMemProfiler.Cli.Output;

/// <summary>Writes a run's picture next to its record, each file atomically.</summary>
internal static class RunPictures
{
    /// <summary>Path of the picture without extension.</summary>
    public static string PathOf(string folder, RunRecord record)
    {
        var name = string.Concat(record.Model.Name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' ? c : '_'));
        return Path.Combine(folder, $"{name}-{record.Workload.Dtype.Name()}-{record.Device.Kind.Name()}-{record.PointId}");
    }

    public static void Write(string folder, RunRecord record)
    {
        var path = PathOf(folder, record);
        try
        {
            PictureFiles.WriteBoth(path, MemoryPlot.Png(record), MemoryPlot.Svg(record));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}.png: cannot write ({e.Message.TrimEnd('.')}); the record is in {ResultsFile.Name}", e);
        }
    }
}
