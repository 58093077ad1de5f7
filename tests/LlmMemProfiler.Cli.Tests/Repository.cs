namespace LlmMemProfiler.Cli.Tests;

/// <summary>Files of the repository that the tests run inside.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>Something that was measured and is committed.</summary>
    public static string Evidence(string name) => Path.Combine(Root, "profiles", "hardware", "cpu-epyc-2", name);

    private static string Find()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "LlmMemProfiler.sln")))
                return folder;
        }
        throw new DirectoryNotFoundException("the tests run inside the repository");
    }
}
