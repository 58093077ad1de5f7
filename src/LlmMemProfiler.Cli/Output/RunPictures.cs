using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Reports.Plots;

namespace LlmMemProfiler.Cli.Output;

/// <summary>Writes a run's picture beside its record, each file whole or not at all.</summary>
internal static class RunPictures
{
    /// <summary>The picture's path without its ending.</summary>
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
            throw new InputException($"{path}.png: cannot be written ({e.Message.TrimEnd('.')}); the record is kept in {ResultsFile.Name}", e);
        }
    }
}
