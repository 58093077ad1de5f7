using System.Text;
using LlmMemProfiler.Core;

namespace LlmMemProfiler.Harness.Sweeps.Workers;

/// <summary>The end of a process's output of any length.</summary>
internal sealed class OutputTail
{
    private const int Most = 4096;

    private readonly byte[] kept = new byte[2 * Most];
    private int length;

    public async Task ReadAsync(Stream stream)
    {
        for (int read; (read = await stream.ReadAsync(kept.AsMemory(length))) > 0;)
        {
            length += read;
            if (length <= Most)
                continue;
            kept.AsSpan(length - Most, Most).CopyTo(kept);
            length = Most;
        }
    }

    /// <summary>The last nonempty lines, joined.</summary>
    public string LastLines(int count) => string.Join(
        " | ",
        Encoding.UTF8.GetString(kept, 0, length).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).TakeLast(count)
            .Select(ForeignText.Plain));
}
