using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;
using Words = LlmMemProfiler.Architecture.Tests.Sources.Words;

namespace LlmMemProfiler.Architecture.Tests;

/// <summary>Words come in and go out at one place each; between them a choice is a value of its type.</summary>
public class WordTests
{
    public static TheoryData<string> Types { get; } = [.. Words.OfTypes.Keys];

    [Fact]
    public void Nothing_is_compared_with_a_word() => Findings.None(Words.Literals()
        .Where(found => !Words.Tables.Contains(found.File.Path) && Words.IsCompared(found.File.Code, found.Literal))
        .Select(found => found.File.Place(found.Literal.Start)));

    [Theory]
    [MemberData(nameof(Types))]
    public void The_words_of_a_type_are_written_down_nowhere_else(string type) => Findings.None(Words.Literals()
        .Where(found => Words.OfTypes[type].Contains(found.Literal.Text) && !Words.Tables.Contains(found.File.Path))
        .Select(found => found.File.Place(found.Literal.Start)));

    [Fact]
    public void These_are_the_words_that_the_program_has()
    {
        Assert.Equal(Words.OfTypes["DataType"].Order(), DataTypes.OfWeights.Keys.Order());
        Assert.Equal(Words.OfTypes["CachePolicy"].Order(), Core.Units.Words.Of<CachePolicy>().Keys.Order());
        Assert.Equal(Words.OfTypes["AttentionKernel"].Order(), Core.Units.Words.Of<AttentionKernel>().Keys.Order());
        Assert.Equal(Words.OfTypes["LogitsFor"].Order(), Core.Units.Words.Of<LogitsFor>().Keys.Order());
        Assert.Equal(Words.OfTypes["DeviceKind"].Order(), Core.Units.Words.Of<DeviceKind>().Keys.Order());
    }
}
