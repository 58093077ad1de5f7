using System.Diagnostics;
using LlmMemProfiler.Device.LibTorch;

namespace LlmMemProfiler.Device.Tests.LibTorch;

public class SymbolVersionsTests
{
    private static byte[] Wrapper => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "wrapper", "libLibTorchSharp.so"));

    [Fact]
    public void The_too_new_version_is_marked_weak_and_nothing_else_changes()
    {
        var original = Wrapper;
        var mended = Wrapper;
        Assert.Equal(1, SymbolVersions.MarkWeak(mended, "GLIBCXX_3.4.32"));
        var changed = Enumerable.Range(0, original.Length).Where(i => original[i] != mended[i]).ToArray();
        var at = Assert.Single(changed);
        Assert.Equal(original[at] | 2, mended[at]);
    }

    [Fact]
    public void Marking_again_changes_nothing_more()
    {
        var once = Wrapper;
        SymbolVersions.MarkWeak(once, "GLIBCXX_3.4.32");
        var twice = (byte[])once.Clone();
        Assert.Equal(1, SymbolVersions.MarkWeak(twice, "GLIBCXX_3.4.32"));
        Assert.Equal(once, twice);
    }

    [Fact]
    public void A_version_that_is_not_needed_is_not_found()
    {
        var bytes = Wrapper;
        Assert.Equal(0, SymbolVersions.MarkWeak(bytes, "GLIBCXX_9.9.99"));
        Assert.Equal(Wrapper, bytes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    [InlineData(63)]
    public void What_is_no_library_is_refused(int length) =>
        Assert.Throws<InvalidDataException>(() => SymbolVersions.MarkWeak(Wrapper.AsSpan(0, length), "GLIBCXX_3.4.32"));

    [Fact]
    public void A_library_cut_short_is_refused()
    {
        var bytes = Wrapper;
        Assert.Throws<InvalidDataException>(() => SymbolVersions.MarkWeak(bytes.AsSpan(0, bytes.Length / 2), "GLIBCXX_3.4.32"));
    }

    [Fact]
    public void Random_damage_gives_an_answer_or_a_refusal_and_never_hangs()
    {
        var random = new Random();
        var seed = random.Next();
        random = new Random(seed);
        var wrapper = Wrapper;
        for (var round = 0; round < 200; round++)
        {
            var damaged = (byte[])wrapper.Clone();
            // The header and the section table at the end say where everything is.
            for (var hit = 0; hit < 8; hit++)
                damaged[hit % 2 == 0 ? random.Next(64) : damaged.Length - 1 - random.Next(2000)] = (byte)random.Next(256);
            var watch = Stopwatch.StartNew();
            try
            {
                SymbolVersions.MarkWeak(damaged, "GLIBCXX_3.4.32");
            }
            catch (InvalidDataException)
            {
                // A refusal is right.
            }
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(2), $"seed {seed}, round {round}");
        }
    }
}
