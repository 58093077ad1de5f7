using System.Globalization;
using System.Text.Json.Serialization;

namespace LlmMemProfiler.Core.Units;

/// <summary>A number of bytes: a checked 64-bit count, displayed in binary units.</summary>
[JsonConverter(typeof(ByteSizeConverter))]
public readonly record struct ByteSize(long Bytes) : IComparable<ByteSize>
{
    public const long KiB = 1L << 10;
    public const long MiB = 1L << 20;
    public const long GiB = 1L << 30;
    public const long TiB = 1L << 40;
    public const long PiB = 1L << 50;

    public static ByteSize Zero => default;

    public static ByteSize operator +(ByteSize a, ByteSize b) => new(checked(a.Bytes + b.Bytes));

    public static ByteSize operator -(ByteSize a, ByteSize b) => new(checked(a.Bytes - b.Bytes));

    public static ByteSize operator *(ByteSize a, long count) => new(checked(a.Bytes * count));

    public static bool operator <(ByteSize a, ByteSize b) => a.Bytes < b.Bytes;

    public static bool operator >(ByteSize a, ByteSize b) => a.Bytes > b.Bytes;

    public static bool operator <=(ByteSize a, ByteSize b) => a.Bytes <= b.Bytes;

    public static bool operator >=(ByteSize a, ByteSize b) => a.Bytes >= b.Bytes;

    public static ByteSize Max(ByteSize a, ByteSize b) => a >= b ? a : b;

    public static ByteSize Min(ByteSize a, ByteSize b) => a <= b ? a : b;

    /// <summary>The larger one; if only one is known, that one.</summary>
    public static ByteSize? Max(ByteSize? a, ByteSize? b) => a is null ? b : b is null ? a : Max(a.Value, b.Value);

    public int CompareTo(ByteSize other) => Bytes.CompareTo(other.Bytes);

    /// <summary>For example '675.8 MiB': the largest binary unit that gives at least 1.</summary>
    public override string ToString() => Math.Abs((double)Bytes) switch
    {
        >= PiB => In(PiB, "PiB"),
        >= TiB => In(TiB, "TiB"),
        >= GiB => In(GiB, "GiB"),
        >= MiB => In(MiB, "MiB"),
        >= KiB => In(KiB, "KiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Bytes} B"),
    };

    /// <summary>For example '708,673,536 B'.</summary>
    public string ToExactString() => string.Create(CultureInfo.InvariantCulture, $"{Bytes:N0} B");

    private string In(long unit, string name) =>
        string.Create(CultureInfo.InvariantCulture, $"{(double)Bytes / unit:F2} {name}");
}
