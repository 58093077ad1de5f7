using System.Text;
using LlmMemProfiler.Harness.Sweeps.Workers;

namespace LlmMemProfiler.Harness.Tests.Sweeps;

public class OutputTailTests
{
    /// <summary>It becomes a record's error, and comes from whatever ran in the worker.</summary>
    [Fact]
    public async Task The_last_lines_are_one_and_plain()
    {
        var tail = new OutputTail();
        await tail.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes($"{new string('x', 20_000)}\nfirst\n\n  a\e[2J\u202eb \nlast\n")));
        Assert.Equal(@"a\u001b[2J\u202eb | last", tail.LastLines(2));
    }
}
