using System.Text.RegularExpressions;
using LlmMemProfiler.Architecture.Tests.Sources;

namespace LlmMemProfiler.Architecture.Tests;

public partial class MessageTests
{
    /// <summary>'X is Y; Z is needed', or 'X is Y; did you mean Z?'; or a place put before what another such error said.</summary>
    [Fact]
    public void An_input_error_says_what_would_be_right()
    {
        var messages = Messages.All().ToList();

        Assert.NotEmpty(messages);
        Findings.None(messages.Where(m => !TwoClauses().IsMatch(m.Text) && !m.HasAnother).Select(m => m.Place));
    }

    [GeneratedRegex("; |did you mean")]
    private static partial Regex TwoClauses();
}
