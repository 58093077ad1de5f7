using System.Globalization;
using LlmMemProfiler.Core;

namespace LlmMemProfiler.VirtualGpu.SharedObjects;

/// <summary>A call that fails on demand, CALL:N:ERROR: it succeeds N times, and fails with the error from then on.</summary>
/// <param name="Call">The function's name.</param>
/// <param name="Passed">Calls that succeed before.</param>
/// <param name="Error">The number that it returns.</param>
internal sealed record Fault(string Call, long Passed, int Error)
{
    public const string Variable = "LLMMEM_VIRTUAL_FAULT";

    /// <summary>Reads the variable.</summary>
    /// <param name="text">Its value.</param>
    /// <param name="known">Functions that can fail.</param>
    /// <exception cref="InputException">It has another form, or names no function that is there.</exception>
    public static Fault Read(string text, IReadOnlyCollection<string> known)
    {
        if (text.Split(':') is not [var call, var passed, var error]
            || !long.TryParse(passed, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || !int.TryParse(error, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            throw new InputException($"{Variable}={text}: no fault; must be a call, how often it succeeds, and an error, such as cudaLaunchKernel:200:719");
        }
        return known.Contains(call)
            ? new(call, count, number)
            : throw new InputException($"{Variable}={text}: unknown call '{call}'; {Hint(call, known)}");
    }

    /// <summary>There are hundreds, which no line can list.</summary>
    private static string Hint(string call, IReadOnlyCollection<string> known) => NearNames.Of(call, known) is { Count: > 0 } near
        ? $"did you mean {string.Join(" or ", near)}?"
        : "must be a function of CUDA's libraries that this libtorch may call, such as cudaLaunchKernel";
}
