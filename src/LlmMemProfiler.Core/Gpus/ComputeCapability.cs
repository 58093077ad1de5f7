using System.Globalization;

namespace LlmMemProfiler.Core.Gpus;

/// <summary>CUDA compute capability, such as 9.0.</summary>
public readonly record struct ComputeCapability(int Major, int Minor)
{
    /// <summary>Reads '9.0'.</summary>
    /// <param name="text">The text.</param>
    /// <param name="origin">Named in errors.</param>
    /// <exception cref="InputException">The text is not a compute capability.</exception>
    public static ComputeCapability Parse(string text, string origin)
    {
        var parts = text.Split('.');
        // There are no 4.x.
        return parts.Length == 2 && Number(parts[0]) is { } major && Number(parts[1]) is { } minor && major is 3 or >= 5
            ? new(major, minor)
            : throw new InputException($"{origin}: compute capability is '{text}'; expected a number such as 9.0, from 3.0 on");

        static int? Number(string digits) =>
            digits.Length <= 2 && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : null;
    }

    /// <summary>As compilers name it: 'sm_90'.</summary>
    public string Code => string.Create(CultureInfo.InvariantCulture, $"sm_{Major}{Minor}");

    /// <summary>True between two capabilities, inclusive.</summary>
    public bool IsWithin(ComputeCapability first, ComputeCapability last) => Order >= first.Order && Order <= last.Order;

    private int Order => (Major * 100) + Minor;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");
}
