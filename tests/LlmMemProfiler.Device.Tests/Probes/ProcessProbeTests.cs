using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Device.Probes;

namespace LlmMemProfiler.Device.Tests.Probes;

public class ProcessProbeTests
{
    private const int Size = 256 << 20;

    [Fact]
    public void Private_pages_are_the_anonymous_and_the_shared_ones_and_files_stand_apart()
    {
        var isRead = ProcessStatus.TryParse("Name:\tllmmem\nVmRSS:\t   7 kB\nRssAnon:\t    1024 kB\nRssFile:\t      32 kB\nRssShmem:\t       8 kB\nx\n"u8, out var pages);
        Assert.True(isRead);
        Assert.Equal(new ResidentPages((1024 + 8) << 10, 32 << 10), pages);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\nRssAnon:\t 1 kB\nRssFile:\t 1 kB\n")]
    [InlineData("\nRssAnon:\t kB\nRssFile:\t 1 kB\nRssShmem:\t 1 kB\n")]
    [InlineData("\nRssAnon:\t -5 kB\nRssFile:\t 1 kB\nRssShmem:\t 1 kB\n")]
    [InlineData("\nRssAnon:\t 12 MB\nRssFile:\t 1 kB\nRssShmem:\t 1 kB\n")]
    [InlineData("\nRssAnon:\t 99999999999999999999 kB\nRssFile:\t 1 kB\nRssShmem:\t 1 kB\n")]
    [InlineData("\nRssAnonX:\t 12 kB\nRssFile:\t 1 kB\nRssShmem:\t 1 kB\n")]
    [InlineData("\nRssAnon:\t 12 kB\nRssFile:\t 1 kB\nRssShmem:\t 1")]
    public void What_is_no_number_is_not_read(string status) => Assert.False(ProcessStatus.TryParse(Encoding.ASCII.GetBytes(status), out _));

    [Fact]
    public unsafe void Touched_memory_shows_and_is_gone_when_it_is_given_back()
    {
        // What other tests left is given back now, and not little by little in between.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using var probe = new ProcessProbe();
        var before = probe.Read();
        var memory = (byte*)NativeMemory.Alloc(Size);
        new Span<byte>(memory, Size).Fill(1);
        var during = probe.Read();
        var highest = HighWater();
        NativeMemory.Free(memory);
        var after = probe.Read();
        Assert.InRange((during.Used!.Value - before.Used!.Value).Bytes, Size * 9L / 10, Size * 12L / 10);
        // The kernel's counters are kept by processor and added up with some delay.
        Assert.True(highest + new ByteSize(ByteSize.MiB) >= during.Used + during.File, $"high-water mark {highest}; private {during.Used} and file {during.File}");
        Assert.True(after.Used < during.Used);
    }

    /// <summary>A file's pages in memory are the system's page cache, whoever reads them.</summary>
    [Fact]
    public void Pages_of_a_file_are_no_private_ones()
    {
        var path = Path.GetTempFileName();
        File.WriteAllBytes(path, new byte[64 << 20]);
        using var probe = new ProcessProbe();
        using (var file = System.IO.MemoryMappedFiles.MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, System.IO.MemoryMappedFiles.MemoryMappedFileAccess.Read))
        using (var view = file.CreateViewAccessor(0, 0, System.IO.MemoryMappedFiles.MemoryMappedFileAccess.Read))
        {
            var before = probe.Read();
            var sum = 0;
            for (var at = 0L; at < view.Capacity; at += 4096)
                sum += view.ReadByte(at);
            var after = probe.Read();
            Assert.Equal(0, sum);
            Assert.InRange((after.File!.Value - before.File!.Value).Bytes, 60L << 20, 68L << 20);
            Assert.InRange((after.Used!.Value - before.Used!.Value).Bytes, -(8L << 20), 8L << 20);
        }
        File.Delete(path);
    }

    private static ByteSize HighWater()
    {
        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return new(long.Parse(line[6..^3].Trim(), CultureInfo.InvariantCulture) << 10);
    }
}
