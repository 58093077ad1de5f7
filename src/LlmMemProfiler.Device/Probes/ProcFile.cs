using System.Globalization;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Device.Probes;

/// <summary>Lines of the form 'Name:   1234 kB', as in the kernel's files.</summary>
internal static class ProcFile
{
    /// <summary>The bytes of one line; null if missing or malformed.</summary>
    public static ByteSize? KibibytesOf(string text, string name)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (!line.StartsWith(name, StringComparison.Ordinal) || line.Length == name.Length || line[name.Length] != ':')
                continue;
            var value = line[(name.Length + 1)..].Trim();
            return value.EndsWith(" kB", StringComparison.Ordinal) &&
                long.TryParse(value[..^3].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var kibibytes) &&
                kibibytes <= long.MaxValue / ByteSize.KiB
                ? new(kibibytes * ByteSize.KiB)
                : null;
        }
        return null;
    }

    /// <summary>The text after the first 'name : ' or 'name=', as in /proc/cpuinfo and /etc/os-release; null if missing.</summary>
    public static string? TextOf(string text, string name, char separator)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var at = line.IndexOf(separator);
            if (at > 0 && line[..at].Trim().SequenceEqual(name))
                return line[(at + 1)..].Trim().Trim('"').ToString();
        }
        return null;
    }
}
