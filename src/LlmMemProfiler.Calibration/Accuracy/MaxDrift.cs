using System.Globalization;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Accuracy;

/// <summary>A limit on how far constants may move between two profiles: a percentage of the old value, or a size.</summary>
public sealed class MaxDrift
{
    /// <summary>Moves that come to less than this at every measured point fail no percentage: small constants move by large ones.</summary>
    private const double Noticeable = ByteSize.MiB;

    private readonly Func<ConstantDrift, bool> isBeyond;
    private readonly string text;

    private MaxDrift(string text, Func<ConstantDrift, bool> isBeyond) => (this.text, this.isBeyond) = (text, isBeyond);

    /// <summary>Reads '2%' or '8MiB'; null if it is neither.</summary>
    public static MaxDrift? Read(string text)
    {
        if (SizeText.Read(text) is { } size)
            return new(size.ToString(), c => Math.Abs(c.Bytes) > size.Bytes);
        // A constant that is new, or was zero, has moved by more than any percentage.
        return text.EndsWith('%') && double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)
            ? new(string.Create(CultureInfo.InvariantCulture, $"{percent:0.###} %"), c => Math.Abs(c.Bytes) >= Noticeable && !(Math.Abs(c.MovedByPercent() ?? double.PositiveInfinity) <= percent))
            : null;
    }

    /// <summary>The drift with its verdict: what moved by more than noise explains, and by more than this.</summary>
    public DriftRecord Judge(DriftRecord drift) => drift with
    {
        Limit = text,
        Failed = [.. drift.Constants.Where(c => c.Moved && isBeyond(c)).Select(c => c.Constant)],
    };
}
