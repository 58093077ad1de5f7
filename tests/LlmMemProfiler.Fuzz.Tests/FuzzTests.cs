using System.Diagnostics;
using System.Globalization;
using LlmMemProfiler.Core;

namespace LlmMemProfiler.Fuzz.Tests;

/// <summary>
/// Mutated examples of every input, through its reader and what the commands do with it, in this process: each is used, or refused in one
/// line, and soon. LLMMEM_FUZZ_SECONDS says for how long; 0 is without an end, by hand.
/// </summary>
public sealed class FuzzTests(ITestOutputHelper output) : IDisposable
{
    private const string Seconds = "LLMMEM_FUZZ_SECONDS";

    /// <summary>Of this process's processors, not of the clock: others may be busy here.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    /// <summary>Set in the project file for the whole of the heap, garbage too: beyond it, an input gets an OutOfMemoryException.</summary>
    private const long MostBytes = 300L << 20;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>What was once found stays found. CI runs each of the two in a process of its own, on a core of its own.</summary>
    [Fact]
    public void Nothing_that_is_read_ends_a_command_by_a_fixed_seed() => RequireUsedOrRefused(20_260_102);

    [Fact]
    public void Nothing_that_is_read_ends_a_command_by_a_fresh_seed() => RequireUsedOrRefused(Environment.TickCount & int.MaxValue);

    private void RequireUsedOrRefused(int seed)
    {
        var (random, targets) = (new Random(seed), Target.All(folder.Path));
        var drawn = targets.SelectMany(target => Enumerable.Repeat(target, target.Weight)).ToArray();
        var (mutator, counts) = (new Mutator(random), targets.ToDictionary(t => t.Name, _ => (Used: 0, Refused: 0, Time: TimeSpan.Zero)));
        foreach (var target in targets)
            Assert.True(IsUsed(target, target.Example, out _), $"{target.Name}: its example is refused");
        Assert.Equal(MostBytes, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        var (bound, most) = (Bound(), 0L);
        for (var clock = Stopwatch.StartNew(); bound is null || clock.Elapsed < bound;)
        {
            var target = drawn[random.Next(drawn.Length)];
            var text = mutator.Mutate(target.Example);
            var before = Environment.CpuUsage.TotalTime;
            var isUsed = IsUsed(target, text, out var fault);
            var took = Environment.CpuUsage.TotalTime - before;
            most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: false));
            if (fault is not null || took > Longest)
            {
                var kept = Path.Combine(Path.GetTempPath(), $"llmmem-fuzz-{seed}.bin");
                File.WriteAllBytes(kept, text);
                Assert.Fail($"seed {seed}, {target.Name}, kept as {kept}: {fault?.ToString() ?? $"{took.TotalSeconds:0.0} s"}");
            }
            var (used, refused, time) = counts[target.Name];
            counts[target.Name] = (used + (isUsed ? 1 : 0), refused + (isUsed ? 0 : 1), time + took);
        }
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}: {counts.Values.Sum(c => c.Used + c.Refused):N0} inputs; at most {most >> 20} MiB of heap, {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB in all"));
        foreach (var (name, (used, refused, time)) in counts)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {used:N0} used, {refused:N0} refused, {1000 * time.TotalSeconds / Math.Max(1, used + refused):0.00} ms each"));
        // With all that is not on the heap, such as pictures.
        Assert.InRange(Process.GetCurrentProcess().PeakWorkingSet64, 1, MostBytes);
        // A mutation that nobody refuses, and one that everybody does, tests nothing.
        Assert.All(counts.Values, c => Assert.True(c.Refused > 0));
        Assert.Contains(counts.Values, c => c.Used > 0);
    }

    private bool IsUsed(Target target, byte[] text, out Exception? fault)
    {
        fault = null;
        var path = Path.Combine(folder.Path, "mutated.json");
        File.WriteAllBytes(path, text);
        try
        {
            target.Use(path);
            return true;
        }
        catch (InputException e)
        {
            if (e.Message.Any(char.IsControl))
                fault = e;
        }
        catch (Exception e)
        {
            fault = e;
        }
        return false;
    }

    private static TimeSpan? Bound() => Environment.GetEnvironmentVariable(Seconds) switch
    {
        "0" => null,
        { } seconds => TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)),
        null => TimeSpan.FromSeconds(28),
    };
}
