using LlmMemProfiler.Cli.Output;

namespace LlmMemProfiler.Cli.Tests.Output;

public class DroppingWriterTests
{
    /// <summary>As a disk on which somebody makes room meanwhile.</summary>
    [Theory]
    [InlineData(true, "one.")]
    [InlineData(false, "one.three.")]
    public void Results_have_no_hole_and_messages_go_on(bool isResult, string written)
    {
        var full = new FullForOne();
        var writer = new DroppingWriter(full, isResult);
        Assert.Null(writer.Fault);
        foreach (var text in (string[])["one.", "two.", "three."])
            writer.Write(text);
        Assert.Equal(written, full.ToString());
        Assert.Equal("no space", writer.Fault);
    }

    private sealed class FullForOne : StringWriter
    {
        public override void Write(string? value)
        {
            if (value == "two.")
                throw new IOException("no space.");
            base.Write(value);
        }
    }
}
