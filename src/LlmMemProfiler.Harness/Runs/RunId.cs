using System.Runtime.InteropServices;

namespace LlmMemProfiler.Harness.Runs;

/// <summary>Names for <see cref="Core.Records.RunRecord.RunId"/>.</summary>
internal static partial class RunId
{
    private const int Length = 16;

    /// <summary>
    /// 128 random bits of the kernel's (getrandom(2)), in hexadecimal. .NET's own need /dev/urandom, which a bare container may lack; its
    /// substitute there is a clock.
    /// </summary>
    public static string New()
    {
        Span<byte> bytes = stackalloc byte[Length];
        if (Fill(ref MemoryMarshal.GetReference(bytes), Length, 0) != Length)
            Random.Shared.NextBytes(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    [LibraryImport("libc", EntryPoint = "getrandom")]
    private static partial nint Fill(ref byte bytes, nuint length, uint flags);
}
