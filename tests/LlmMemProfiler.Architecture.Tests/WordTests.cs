using LlmMemProfiler.Architecture.Tests.Sources;

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
    public void One_file_has_all_the_words_of_a_type_and_no_other_has_any(string type)
    {
        var files = Words.Literals()
            .Where(found => Words.OfTypes[type].Contains(found.Literal.Text))
            .GroupBy(found => found.File.Path, found => found.Literal.Text)
            .ToDictionary(file => file.Key, words => words.Distinct().Order());

        Findings.None(files.Where(file => !Words.Tables.Contains(file.Key)).Select(file => $"{file.Key}: {string.Join(", ", file.Value)}"));
        Assert.Equal(Words.OfTypes[type].Order(), Assert.Single(files).Value);
    }
}
