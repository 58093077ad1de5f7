namespace LlmMemProfiler.Cli.Tests.Golden;

/// <summary>
/// A recording: command lines, each behind '$ ', and below each what it said, how it ended and what it wrote. The recording itself
/// is the list of what is run, so that a case is added by writing its command lines into a new file and recording it.
/// </summary>
internal sealed record Transcript(string Name, string Text)
{
    private const string Prompt = "$ ", Apart = "# each line in a folder of its own\n\n";

    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "LlmMemProfiler.Cli.Tests", "Golden", "files");

    public static IReadOnlyList<string> Names { get; } =
        [.. Directory.GetFiles(Folder, "*.txt").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    public static Transcript Read(string name) => new(name, File.ReadAllText(FileOf(name)));

    public IReadOnlyList<string> Lines { get; } =
        [.. Text.Split('\n').Where(line => line.StartsWith(Prompt, StringComparison.Ordinal)).Select(line => line[Prompt.Length..])];

    /// <summary>True where no line needs what one above it wrote: they may run side by side.</summary>
    public bool IsApart => Text.StartsWith(Apart, StringComparison.Ordinal);

    public Transcript With(IEnumerable<string> parts) => this with { Text = (IsApart ? Apart : "") + string.Concat(parts) };

    public void Write() => File.WriteAllText(FileOf(Name), Text);

    private static string FileOf(string name) => Path.Combine(Folder, $"{name}.txt");
}
