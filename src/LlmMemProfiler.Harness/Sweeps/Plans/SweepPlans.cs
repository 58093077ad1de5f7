using LlmMemProfiler.Core;

namespace LlmMemProfiler.Harness.Sweeps.Plans;

/// <summary>The plans known by name: the files of <c>profiles/sweeps</c>, carried inside the program.</summary>
public static class SweepPlans
{
    private static readonly Catalog Carried = new(typeof(SweepPlans).Assembly, "sweeps");

    /// <summary>A plan written by hand has a few kilobytes.</summary>
    private const int LargestFile = 1 << 20;

    public static IReadOnlyList<string> Names => Carried.Names;

    /// <summary>A plan by its name, or a file by its path.</summary>
    /// <exception cref="InputException">Neither exists, or the file is no plan.</exception>
    public static SweepPlan Find(string nameOrPath)
    {
        using var carried = Carried.Open(nameOrPath);
        if (carried is not null)
            return SweepPlan.Read(Bounded(carried, nameOrPath), $"plan {nameOrPath}", nameOrPath, folder: null);
        if (!Path.Exists(nameOrPath))
            throw new InputException($"'{nameOrPath}' is neither a plan nor a file; {NearNames.Hint(nameOrPath, "plans", Names)}");
        try
        {
            using var file = File.OpenRead(nameOrPath);
            return SweepPlan.Read(
                Bounded(file, nameOrPath), nameOrPath, Path.GetFileNameWithoutExtension(nameOrPath),
                Path.GetDirectoryName(Path.GetFullPath(nameOrPath)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{nameOrPath}: cannot be read ({e.Message.TrimEnd('.')}); a readable plan is needed", e);
        }
    }

    /// <summary>A device or a pipe has no length to look at before.</summary>
    private static ReadOnlyMemory<byte> Bounded(Stream json, string origin)
    {
        var bytes = new byte[LargestFile + 1];
        var length = json.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (length > LargestFile)
            throw new InputException($"{origin}: goes on after {LargestFile} bytes; a plan is shorter");
        // Some editors write UTF-8's byte order mark.
        return bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsMemory(3, length - 3) : bytes.AsMemory(0, length);
    }
}
