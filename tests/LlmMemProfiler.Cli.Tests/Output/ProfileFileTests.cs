using LlmMemProfiler.Cli.Output;

namespace LlmMemProfiler.Cli.Tests.Output;

public sealed class ProfileFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>A name without an ending once became a file, with records and report beside it in its folder.</summary>
    [Theory]
    [InlineData("cal", "cal/profile.json")]
    [InlineData("cal/", "cal/profile.json")]
    [InlineData("h100.v2", "h100.v2/profile.json")]
    [InlineData("mine.json", "mine.json")]
    [InlineData("mine.JSON", "mine.JSON")]
    public void A_name_that_does_not_end_in_json_is_a_folders(string given, string file) =>
        Assert.Equal(Path.Combine(folder.Path, file), ProfileFile.At(Path.Combine(folder.Path, given)));

    [Fact]
    public void A_folder_may_be_named_as_a_file_is()
    {
        var named = Directory.CreateDirectory(Path.Combine(folder.Path, "old.json")).FullName;
        Assert.Equal(Path.Combine(named, "profile.json"), ProfileFile.At(named));
    }

    [Fact]
    public void Its_folder_is_made_before_the_long_work()
    {
        var file = ProfileFile.Open(ProfileFile.At(Path.Combine(folder.Path, "new")));
        Assert.True(Directory.Exists(Path.Combine(folder.Path, "new")));
        Assert.Equal(Path.Combine(folder.Path, "new", "profile.json"), file.Path);
    }
}
