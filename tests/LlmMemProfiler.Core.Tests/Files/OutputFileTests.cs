using System.Diagnostics;
using System.Net.Sockets;
using LlmMemProfiler.Core.Files;

namespace LlmMemProfiler.Core.Tests.Files;

public sealed class OutputFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Target => Path.Combine(folder.Path, "profile.json");

    [Fact]
    public void The_new_file_takes_the_place_of_the_old_one_and_stands_alone()
    {
        folder.With("profile.json", "before");
        OutputFile.Write(Target, "after"u8);
        Assert.Equal("after", File.ReadAllText(Target));
        Assert.Equal([Target], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Until_it_is_complete_the_old_file_is_there_and_without_that_it_stays()
    {
        folder.With("profile.json", "before");
        using (var file = new OutputFile(Target))
        {
            file.Stream.Write("half"u8);
            Assert.Equal("before", File.ReadAllText(Target));
        }
        Assert.Equal("before", File.ReadAllText(Target));
        Assert.Equal([Target], Directory.GetFileSystemEntries(folder.Path));
    }

    /// <summary>So that nothing is left of it, whatever ends the process.</summary>
    [Fact]
    public void Until_it_is_complete_it_has_no_name()
    {
        using (var unnamed = UnnamedFile.Create(folder.Path))
            Assert.SkipWhen(unnamed is null, "the folder's file system has no files without a name");
        using var file = new OutputFile(Target);
        file.Stream.Write("half"u8);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
        file.Stream.Write(" and half"u8);
        file.Complete();
        Assert.Equal("half and half", File.ReadAllText(Target));
        Assert.Equal([Target], Directory.GetFileSystemEntries(folder.Path));
    }

    /// <summary>As of any new file: what the umask leaves.</summary>
    [Fact]
    public void A_new_file_may_be_read_by_whom_any_new_file_may()
    {
        var other = folder.With("other", "");
        OutputFile.Write(Target, "profile"u8);
        Assert.Equal(Inode.At(other)?.Mode, Inode.At(Target)?.Mode);
    }

    /// <summary>As on network file systems; the folders of /proc stand for theirs.</summary>
    [Fact]
    public void Where_no_file_can_be_without_a_name_there_is_none()
    {
        Assert.Null(UnnamedFile.Create("/proc/self"));
        Assert.Null(UnnamedFile.Create(Path.Combine(folder.Path, "none")));
    }

    [Fact]
    public void Nothing_is_left_where_the_name_is_taken_by_a_folder()
    {
        Directory.CreateDirectory(Target);
        Assert.Throws<IOException>(() => OutputFile.Write(Target, "profile"u8));
        Assert.Equal([Target], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task A_link_stays_and_what_it_leads_to_is_replaced_with_the_same_rights()
    {
        var victim = folder.With("elsewhere.json", "before");
        await Run("chmod", "600", victim);
        File.CreateSymbolicLink(Target, victim);
        using (var file = new OutputFile(Target))
        {
            file.Stream.Write("half"u8);
            Assert.Equal("before", File.ReadAllText(victim));
        }
        OutputFile.Write(Target, "after"u8);
        Assert.Equal(victim, new FileInfo(Target).LinkTarget);
        Assert.Equal("after", File.ReadAllText(victim));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, Inode.At(victim)?.Mode);
        Assert.Equal([victim, Target], Directory.GetFileSystemEntries(folder.Path).Order());
    }

    [Fact]
    public void A_device_is_refused_before_anything_is_written()
    {
        // Not one of /dev: a writer that is broken would replace it for the whole machine. No file can be made beside this one.
        const string device = "/dev/pts/ptmx";
        File.CreateSymbolicLink(Target, device);
        foreach (var path in (string[])[device, Target])
        {
            foreach (var write in (Action[])[() => OutputFile.Write(path, "profile"u8), () => OutputFile.Try(path)])
                Assert.EndsWith("is a device, not a file", Assert.Throws<IOException>(write).Message, StringComparison.Ordinal);
        }
        Assert.Equal(device, new FileInfo(Target).LinkTarget);
        Assert.Equal([Target], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_link_to_nothing_makes_what_it_leads_to()
    {
        var there = Path.Combine(folder.Path, "there.json");
        File.CreateSymbolicLink(Target, "there.json");
        OutputFile.Write(Target, "profile"u8);
        Assert.Equal("profile", File.ReadAllText(there));
        Assert.Equal("there.json", new FileInfo(Target).LinkTarget);
    }

    [Fact]
    public void A_socket_is_refused_too()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(Target));
        Assert.EndsWith("is a socket, not a file", Assert.Throws<IOException>(() => OutputFile.Write(Target, "profile"u8)).Message, StringComparison.Ordinal);
        Assert.Equal([Target], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task A_named_pipe_is_written_straight_and_stays_one()
    {
        await Run("mkfifo", Target);
        // Trying must not end the file that a reader sees; it would wait for one, too.
        OutputFile.Try(Target);
        var read = Task.Run(() => File.ReadAllText(Target), TestContext.Current.CancellationToken);
        OutputFile.Write(Target, "profile"u8);
        Assert.Equal("profile", await read);
        Assert.Equal(InodeKind.Pipe, Inode.At(Target)?.Kind);
        Assert.Equal([Target], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_called_what_the_user_calls_it()
    {
        var path = Path.Combine(folder.Path, "none", "profile.json");
        Assert.Equal($"Could not find a part of the path '{path}'.", Assert.Throws<IOException>(() => OutputFile.Try(path)).Message);
    }

    [Fact]
    public void Two_writers_of_one_name_do_not_meet()
    {
        using (var first = new OutputFile(Target))
        using (var second = new OutputFile(Target))
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

    private static async Task Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose() => folder.Dispose();
}
