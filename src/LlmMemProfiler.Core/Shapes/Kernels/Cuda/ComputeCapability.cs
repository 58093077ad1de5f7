using System.Globalization;

namespace LlmMemProfiler.Core.Shapes.Kernels.Cuda;

/// <summary>CUDA compute capability, such as 9.0.</summary>
public readonly record struct ComputeCapability(int Major, int Minor)
{
    /// <summary>Maximum threads per multiprocessor.</summary>
    /// <remarks>NVIDIA, CUDA C++ Programming Guide, 'Technical Specifications per Compute Capability'.</remarks>
    public int ThreadsPerMultiprocessor => (Major, Minor) switch
    {
        (7, 5) => 1024,
        (8, not 0) or (11, _) or (12, _) => 1536,
        _ => 2048,
    };

    /// <summary>Reads '9.0'.</summary>
    /// <param name="text">The text.</param>
    /// <param name="origin">Named in errors.</param>
    /// <exception cref="InputException">The text is not a compute capability.</exception>
    public static ComputeCapability Parse(string text, string origin)
    {
        var parts = text.Split('.');
        return parts.Length == 2 && Number(parts[0]) is { } major && Number(parts[1]) is { } minor && major >= 5
            ? new(major, minor)
            : throw new InputException($"{origin}: compute capability is '{text}'; expected a number such as 9.0, from 5.0 on");

        static int? Number(string digits) =>
            digits.Length <= 2 && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : null;
    }

    /// <summary>True between two capabilities, inclusive.</summary>
    public bool IsWithin(ComputeCapability first, ComputeCapability last) => Order >= first.Order && Order <= last.Order;

    private int Order => (Major * 100) + Minor;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");
}
