using LlmMemProfiler.Core.Records;

namespace LlmMemProfiler.Reports;

/// <summary>temporary</summary>
public static class MemoryPlot
{
    public static byte[] Png(RunRecord record) => [(byte)record.Schema];

    public static string Svg(RunRecord record) => record.PointId;
}
