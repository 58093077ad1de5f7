using System.Globalization;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Device.Probes;

/// <summary>The kernel's text files, and the forms that their lines have.</summary>
internal static class ProcFile
{
    /// <summary>A file's text; null if it cannot be read.</summary>
    public static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>A file's first line; null if it cannot be read.</summary>
    public static string? FirstLine(string path)
    {
        try
        {
            using var reader = new StreamReader(path);
            return reader.ReadLine();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The number of a line 'name 1234'; null if missing or malformed.</summary>
    public static long? CountOf(string text, string name)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.StartsWith(name, StringComparison.Ordinal) && line.Length > name.Length && line[name.Length] == ' ')
                return long.TryParse(line[name.Length..].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;
        }
        return null;
    }

    /// <summary>The bytes of a line 'Name:   1234 kB'; null if missing or malformed.</summary>
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
