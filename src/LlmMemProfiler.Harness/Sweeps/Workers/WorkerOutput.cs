using System.Buffers;
using System.Text;
using System.Text.Json;

namespace LlmMemProfiler.Harness.Sweeps.Workers;

/// <summary>Reads messages from a worker's stdout line by line. Other lines, such as library output, are skipped.</summary>
internal sealed class WorkerOutput(Action<WorkerMessage> onMessage)
{
    /// <summary>A long run's record has a few hundred kilobytes.</summary>
    public const int LongestLine = 64 << 20;

    private readonly ArrayBufferWriter<byte> line = new();
    private bool isTooLong;

    /// <summary>Number of lines that were not messages.</summary>
    public int Garbage { get; private set; }

    public async Task ReadAsync(Stream output)
    {
        var chunk = new byte[64 << 10];
        for (int read; (read = await output.ReadAsync(chunk)) > 0;)
            Parse(chunk.AsSpan(0, read));
        // A last line without a newline may be complete or truncated; parsing will tell.
        EndLine();
    }

    private void Parse(ReadOnlySpan<byte> bytes)
    {
        for (int end; (end = bytes.IndexOf((byte)'\n')) >= 0; bytes = bytes[(end + 1)..])
        {
            Add(bytes[..end]);
            EndLine();
        }
        Add(bytes);
    }

    private void Add(ReadOnlySpan<byte> bytes)
    {
        isTooLong |= line.WrittenCount + bytes.Length > LongestLine;
        if (!isTooLong)
            line.Write(bytes);
    }

    private void EndLine()
    {
        if (isTooLong)
            Garbage++;
        else if (line.WrittenCount > 0)
            ParseLine(line.WrittenSpan);
        line.ResetWrittenCount();
        isTooLong = false;
    }

    private void ParseLine(ReadOnlySpan<byte> text)
    {
        try
        {
            var message = JsonSerializer.Deserialize(text, WorkerJson.Default.WorkerMessage);
            if (message is { Facts: not null } or { State: not null } or { Record: not null } or { Fault: not null })
                onMessage(message);
            else
                Garbage++;
        }
        catch (Exception e) when (e is JsonException or DecoderFallbackException or InvalidOperationException)
        {
            Garbage++;
        }
    }
}
