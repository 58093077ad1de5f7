namespace LlmMemProfiler.Cli.Tests;

/// <summary>A fresh folder, gone when the test is over.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("llmmem-tests-").FullName;

    /// <summary>Writes a file into the folder and gives its path.</summary>
    public string With(string name, string text)
    {
        var file = System.IO.Path.Combine(Path, name);
        File.WriteAllText(file, text);
        return file;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
