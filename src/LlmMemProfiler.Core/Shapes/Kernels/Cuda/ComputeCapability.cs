using System.Globalization;

namespace LlmMemProfiler.Core.Shapes.Kernels.Cuda;

/// <summary>CUDA's number for a generation of GPUs, such as 9.0.</summary>
public readonly record struct ComputeCapability(int Major, int Minor)
{
    /// <summary>Threads that one multiprocessor holds at most.</summary>
    /// <remarks>NVIDIA, CUDA C++ Programming Guide, 'Technical Specifications per Compute Capability'.</remarks>
    public int ThreadsPerMultiprocessor => (Major, Minor) switch
    {
        (7, 5) => 1024,
        (8, not 0) or (11, _) or (12, _) => 1536,
        _ => 2048,
    };

    /// <summary>Reads '9.0'.</summary>
    /// <param name="text">The number.</param>
    /// <param name="origin">Named in errors.</param>
    /// <exception cref="InputException">The text is no such number.</exception>
    public static ComputeCapability Parse(string text, string origin)
    {
        var parts = text.Split('.');
        return parts.Length == 2 && Number(parts[0]) is { } major && Number(parts[1]) is { } minor && major >= 5
            ? new(major, minor)
            : throw new InputException($"{origin}: compute capability is '{text}'; a number such as 9.0, from 5.0 on, is needed");

        static int? Number(string digits) =>
            digits.Length <= 2 && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : null;
    }

    /// <summary>True from one capability to another, both included.</summary>
    public bool IsWithin(ComputeCapability first, ComputeCapability last) => Order >= first.Order && Order <= last.Order;

    private int Order => (Major * 100) + Minor;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");
}
