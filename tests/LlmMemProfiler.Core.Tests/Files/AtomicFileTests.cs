using LlmMemProfiler.Core.Files;

namespace LlmMemProfiler.Core.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Target => Path.Combine(folder.Path, "profile.json");

    [Fact]
    public void The_new_file_takes_the_place_of_the_old_one_and_stands_alone()
    {
        folder.With("profile.json", "before");
        AtomicFile.Write(Target, "after"u8);
        Assert.Equal("after", File.ReadAllText(Target));
        Assert.Equal([Target], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Until_it_is_complete_the_old_file_is_there_and_without_that_it_stays()
    {
        folder.With("profile.json", "before");
        using (var file = new AtomicFile(Target))
        {
            file.Stream.Write("half"u8);
            Assert.Equal("before", File.ReadAllText(Target));
        }
        Assert.Equal("before", File.ReadAllText(Target));
        Assert.Equal([Target], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Nothing_is_left_where_the_name_is_taken_by_a_folder()
    {
        Directory.CreateDirectory(Target);
        Assert.Throws<IOException>(() => AtomicFile.Write(Target, "profile"u8));
        Assert.Equal([Target], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Two_writers_of_one_name_do_not_meet()
    {
        using (var first = new AtomicFile(Target))
        using (var second = new AtomicFile(Target))
        {
            first.Stream.Write("first"u8);
            second.Stream.Write("second"u8);
            first.Complete();
            Assert.Equal("first", File.ReadAllText(Target));
            second.Complete();
        }
        Assert.Equal("second", File.ReadAllText(Target));
        Assert.Equal([Target], Directory.GetFileSystemEntries(folder.Path));
    }

    public void Dispose() => folder.Dispose();
}
