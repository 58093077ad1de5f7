using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Units;

public class TokenCountsTests
{
    [Theory]
    [InlineData("1", 1)]
    [InlineData("32768", 32_768)]
    [InlineData("32k", 32_768)]
    [InlineData("128K", 131_072)]
    [InlineData("2147483647", int.MaxValue)]
    [InlineData("2097151k", 2_147_482_624)]
    [InlineData("2097152k", null)]
    [InlineData("2147483648", null)]
    [InlineData("0", null)]
    [InlineData("0k", null)]
    [InlineData("-1", null)]
    [InlineData("k", null)]
    [InlineData("", null)]
    [InlineData("1.5k", null)]
    [InlineData("32kk", null)]
    [InlineData("32 k", null)]
    [InlineData("32m", null)]
    public void A_k_is_1024_tokens(string text, int? tokens) => Assert.Equal(tokens, TokenCounts.Parse(text));
}
