using LlmMemProfiler.Calibration.Accuracy;
using LlmMemProfiler.Core.Points;

namespace LlmMemProfiler.Reports.Data;

/// <summary>Points with status ok that errors and pictures are over: either measured, or of virtual GPUs. The two never share a picture or a row.</summary>
/// <param name="Points">In reading order.</param>
/// <param name="IsVirtual">True for virtual GPUs, which have no device total, no times and no tokens.</param>
public sealed record PointSeries(IReadOnlyList<ReportPoint> Points, bool IsVirtual)
{
    /// <summary>'measured' or 'virtual': names the values, in tables and pictures.</summary>
    public string Word => (IsVirtual ? DeviceKind.Virtual : DeviceKind.Cpu).Observed();

    /// <summary>What was done to the values: nobody measured those of a virtual GPU.</summary>
    public string Verb => IsVirtual ? "seen" : Word;

    /// <summary>The highest level that there is: what the driver or the OS counts, or, on a virtual GPU, what libtorch reserves.</summary>
    public Quantity Highest => IsVirtual ? Quantity.ReservedPeak : Quantity.Device;

    /// <summary>The levels that pictures and tables compare.</summary>
    public IReadOnlyList<Quantity> Levels => [Highest, Quantity.TensorPeak];

    /// <summary>A figure's file name.</summary>
    public string Name(string name) => IsVirtual ? $"{name}-{Word}" : name;

    /// <summary>A title that says which kind it is of, unless that is measured: 'Batch (virtual): sequences decoded together'.</summary>
    public string Title(string title)
    {
        var head = title.Split(':')[0];
        return IsVirtual ? $"{head} ({Word}){title[head.Length..]}" : title;
    }
}
