using LlmMemProfiler.Core;
using LlmMemProfiler.Harness.Text;

namespace LlmMemProfiler.Harness.Tests.Text;

public sealed class EndTokensTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory();

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData("""{"eos_token_id":2}""", null, new long[] { 2 })]
    [InlineData("""{"eos_token_id":2}""", """{"eos_token_id":[7,8]}""", new long[] { 7, 8 })]
    [InlineData("""{"eos_token_id":2}""", """{"eos_token_id":null}""", new long[] { 2 })]
    [InlineData("""{"eos_token_id":2}""", "{}", new long[] { 2 })]
    public void The_config_for_generation_goes_first(string config, string? generation, long[] expected)
    {
        Write(config, generation);

        Assert.Equal(expected, EndTokens.Of(folder.FullName).Order());
    }

    [Theory]
    [InlineData("{}", "neither generation_config.json nor config.json has an eos_token_id")]
    [InlineData("""{"eos_token_id":"two"}""", "its eos_token_id is no token")]
    [InlineData("""{"eos_token_id":1.5}""", "its eos_token_id is no token")]
    [InlineData("[]", "its eos_token_id is no token")]
    [InlineData("{", "invalid JSON at line 1")]
    public void What_names_none_is_refused(string config, string refusal)
    {
        Write(config, null);

        Assert.Contains(refusal, Assert.Throws<InputException>(() => EndTokens.Of(folder.FullName)).Message, StringComparison.Ordinal);
    }

    private void Write(string config, string? generation)
    {
        File.WriteAllText(Path.Combine(folder.FullName, "config.json"), config);
        if (generation is not null)
            File.WriteAllText(Path.Combine(folder.FullName, "generation_config.json"), generation);
    }
}
