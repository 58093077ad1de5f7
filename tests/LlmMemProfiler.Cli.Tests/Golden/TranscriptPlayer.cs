using System.Globalization;
using System.Text;

namespace LlmMemProfiler.Cli.Tests.Golden;

/// <summary>Runs a transcript's command lines in a fresh folder and writes down what happens.</summary>
internal static class TranscriptPlayer
{
    /// <summary>As many as the least of the machines that the tests are for has cores.</summary>
    private const int SideBySide = 2;

    public static async Task<Transcript> Play(Transcript recorded)
    {
        if (!recorded.IsApart)
        {
            using var place = new GoldenPlace();
            return recorded.With([await Play(place, recorded.Lines)]);
        }
        var parts = new string[recorded.Lines.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = SideBySide, CancellationToken = TestContext.Current.CancellationToken };
        await Parallel.ForAsync(0, parts.Length, options, async (i, _) =>
        {
            using var place = new GoldenPlace();
            parts[i] = await Play(place, [recorded.Lines[i]]);
        });
        return recorded.With(parts);
    }

    private static async Task<string> Play(GoldenPlace place, IReadOnlyList<string> lines)
    {
        var text = new StringBuilder();
        foreach (var line in lines)
        {
            var before = WrittenFiles.In(place.Folder);
            var ended = await place.Run(line);
            text.Append(CultureInfo.InvariantCulture, $"$ {line}\n");
            if (line.Contains("llmmem", StringComparison.Ordinal))
                Append(text, place, line, ended, before);
            else
                Assert.True(ended.Code == 0, $"{line}: {ended.Error}");
        }
        return text.ToString();
    }

    private static void Append(StringBuilder text, GoldenPlace place, string line, Ended ended, WrittenFiles before)
    {
        var masker = Masker.For(line);
        text.Append(CultureInfo.InvariantCulture, $"--- exit {ended.Code}\n");
        Append(text, "stdout", masker.Masked(place.WithoutPaths(ended.Output)));
        Append(text, "stderr", masker.Masked(place.WithoutPaths(ended.Error)));
        foreach (var file in WrittenFiles.In(place.Folder).NewSince(before))
            Append(text, $"wrote {file}", WrittenFiles.Shown(Path.Combine(place.Folder, file), masker, place));
        text.Append('\n');
    }

    private static void Append(StringBuilder text, string title, string content)
    {
        if (content.Length == 0 && !title.StartsWith("wrote ", StringComparison.Ordinal))
            return;
        text.Append(CultureInfo.InvariantCulture, $"--- {title}\n");
        // Control characters can be read, and no editor takes a lone carriage return for a line's end.
        text.Append(content.Replace('\e', '␛').Replace('\r', '␍'));
        if (content.Length > 0 && content[^1] != '\n')
            text.Append("⏎ missing\n");
    }
}
