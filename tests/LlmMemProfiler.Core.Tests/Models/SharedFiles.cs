namespace LlmMemProfiler.Core.Tests.Models;

/// <summary>Published configs that lie beside the repository, where it is developed.</summary>
internal static class SharedFiles
{
    private static readonly string Root = Path.Combine(Path.GetDirectoryName(Repository())!, "shared");

    /// <summary>A file or a folder, or the test is skipped.</summary>
    public static string At(params string[] names)
    {
        var path = Path.Combine([Root, .. names]);
        Assert.SkipUnless(Path.Exists(path), $"no {string.Join('/', names)} beside the repository");
        return path;
    }

    private static string Repository()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "LlmMemProfiler.sln")))
                return folder;
        }
        throw new DirectoryNotFoundException("the tests run inside the repository");
    }
}
