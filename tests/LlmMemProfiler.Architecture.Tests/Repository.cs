namespace LlmMemProfiler.Architecture.Tests;

/// <summary>The repository that the tests run inside.</summary>
internal static class Repository
{
    public static string Sources { get; } = Path.Combine(Find(), "src");

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
