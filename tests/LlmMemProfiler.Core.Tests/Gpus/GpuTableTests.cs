using System.Text;
using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Gpus;

public class GpuTableTests
{
    private const string Capability = """
        {"capability":"9.0","threads_per_multiprocessor":2048,"registers_per_multiprocessor":65536,"shared_per_multiprocessor_bytes":233472,"shared_per_block_bytes":232448,"source":"s"}
        """;

    private const string Card = """
        {"name":"x","title":"NVIDIA X","capability":"9.0","multiprocessors":4,"l2_bytes":null,"seen":[{"total_bytes":65536,"system":"linux","multiprocessors":4,"source":"s"}]}
        """;

    private const string Slice = """{"cards":["x"],"name":"1g.5gb","multiprocessors":1,"l2_bytes":null,"seen":[{"multiprocessors":1,"source":"s"}]}""";

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("{\"source\":\"s\",\"capabilities\":[],\"gpus\":[null],\"slices\":[]}")]
    [InlineData("{\"source\":\"s\",\"capabilities\":[],\"gpus\":[{\"name\":\"x\"}],\"slices\":[]}")]
    public void What_is_no_table_is_refused(string json) => Assert.Contains("must be like profiles/gpus.json", Refusal(json), StringComparison.Ordinal);

    [Theory]
    [InlineData("\"total_bytes\":65536", "\"total_bytes\":-65536", "gpus.json: x: total_bytes is -65536; must be a positive multiple of 65536")]
    [InlineData("\"total_bytes\":65536", "\"total_bytes\":0", "total_bytes is 0; must be")]
    [InlineData("\"total_bytes\":65536", "\"total_bytes\":4096", "total_bytes is 4096; must be a positive multiple of 65536")]
    [InlineData("\"total_bytes\":65536", "\"total_bytes\":9e18", "total_bytes")]
    [InlineData("\"total_bytes\":65536", "\"total_bytes\":65536,\"total\":\"1 MiB\"", "and stand alone")]
    [InlineData("\"total_bytes\":65536", "\"total\":\"-5 MiB\"", "gpus.json: x: total is '-5 MiB'; must be a size such as 24217 MiB")]
    [InlineData("\"total_bytes\":65536", "\"total\":\"24\"", "total is '24'; must be a size")]
    [InlineData("\"total_bytes\":65536", "\"total_byte\":65536", "total_byte")]
    [InlineData("\"system\":\"linux\"", "\"system\":\"beos\"", "'beos' is not one of linux, windows")]
    [InlineData("\"multiprocessors\":4,\"l2", "\"multiprocessors\":5,\"l2", "gpus.json: x: multiprocessors is 5; must be from 1 to 1000, and a row under 'seen' must show it")]
    [InlineData("\"multiprocessors\":4", "\"multiprocessors\":0", "multiprocessors is 0; must be")]
    [InlineData("\"multiprocessors\":4", "\"multiprocessors\":1001", "multiprocessors is 1001; must be")]
    [InlineData("\"l2_bytes\":null", "\"l2_bytes\":5", "gpus.json: x: l2_bytes is 5; must be positive, and a row")]
    [InlineData("\"name\":\"x\"", "\"name\":\"sm_90\"", "a card is called 'sm_90'")]
    [InlineData("\"name\":\"x\"", "\"name\":\"cpu\"", "a card is called 'cpu'")]
    [InlineData("\"name\":\"x\"", "\"name\":\"x/y\"", "a card is called 'x/y'")]
    [InlineData("\"name\":\"x\"", "\"name\":\"x\\n\"", "a card is called 'x")]
    [InlineData("\"name\":\"x\"", "\"name\":null", "must be like profiles/gpus.json")]
    [InlineData("\"name\":\"x\"", "\"name\":\"x\",\"name\":\"x\"", "must be like profiles/gpus.json")]
    [InlineData("\"title\":\"NVIDIA X\"", "\"title\":\" \"", "with title ' '")]
    [InlineData("\"capability\":\"9.0\"", "\"capability\":\"9.1\"", "gpus.json: x: capability 9.1 has no limits; must be one of 9.0")]
    public void A_card_that_cannot_be_is_refused(string right, string wrong, string refusal)
    {
        Assert.Contains(right, Card, StringComparison.Ordinal);
        Assert.Contains(refusal, Refusal(Table(Capability, Card.Replace(right, wrong, StringComparison.Ordinal), "")), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_stand_once_in_any_case()
    {
        Assert.Contains("gpus.json: name 'x' stands twice; must stand once", Refusal(Table(Capability, $"{Card},{Card}", "")), StringComparison.Ordinal);
        Assert.Contains("gpus.json: slice 'x/1g.5gb' stands twice", Refusal(Table(Capability, Card, $"{Slice},{Slice}")), StringComparison.Ordinal);
        Assert.Contains("gpus.json: capability 9.0 stands twice", Refusal(Table($"{Capability},{Capability}", Card, "")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_slice_has_its_card_and_its_name()
    {
        Assert.Equal("x/1g.5gb", Assert.Single(Read(Table(Capability, Card, Slice)).Slices).Name);
        Assert.Contains("gpus.json: a slice of 'y'; did you mean x?", Refusal(Table(Capability, Card, Slice.Replace("\"x\"", "\"y\"", StringComparison.Ordinal))), StringComparison.Ordinal);
        Assert.Contains("gpus.json: x/half: no name of a slice", Refusal(Table(Capability, Card, Slice.Replace("1g.5gb", "half", StringComparison.Ordinal))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_card_that_differs_from_its_capability_has_its_own_limits()
    {
        var card = Read(Table(Capability, Card.Replace("\"seen\"", "\"threads_per_multiprocessor\":512,\"shared_per_block_bytes\":1024,\"seen\"", StringComparison.Ordinal), ""));

        Assert.Equal(new(512, 65_536, new(233_472), new(1024)), card.Limits);
        Assert.Contains(
            "no more shared memory per block than per multiprocessor",
            Refusal(Table(Capability, Card.Replace("\"seen\"", "\"shared_per_block_bytes\":1000000,\"seen\"", StringComparison.Ordinal), "")), StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_of_the_system_comes_in_pages() => Assert.Equal(
        4096, Read(Table(Capability, Card.Replace("65536", "4096", StringComparison.Ordinal).Replace("\"seen\"", "\"integrated\":true,\"seen\"", StringComparison.Ordinal), "")).Total?.Bytes);

    [Fact]
    public void A_total_that_is_left_out_does_not_count() => Assert.Null(
        Read(Table(Capability, Card.Replace("\"system\"", "\"left_out\":\"a container's limit\",\"system\"", StringComparison.Ordinal), "")).Total);

    /// <summary>No more than was printed: down to what a driver can show.</summary>
    [Theory]
    [InlineData("24217 MiB", 24_217 * ByteSize.MiB, ByteSize.MiB)]
    [InlineData("14.5 GiB", 14_848 * ByteSize.MiB, ByteSize.GiB / 10)]
    [InlineData("14.73 GiB", 15_816_196_096, ByteSize.GiB / 100)]
    public void A_printed_total_is_read_with_what_its_last_digit_is_worth(string printed, long bytes, long step)
    {
        var total = new SeenRow("s") { Printed = printed }.Total("x", 65_536)!;

        Assert.Equal((bytes, step), (total.Total.Bytes, total.Step));
    }

    private static string Table(string capabilities, string cards, string slices) =>
        $$"""{"source":"s","capabilities":[{{capabilities}}],"gpus":[{{cards}}],"slices":[{{slices}}]}""";

    private static GpuModel Read(string json) => Assert.Single(GpuTable.Read(Encoding.UTF8.GetBytes(json)).Cards);

    private static string Refusal(string json)
    {
        var message = Assert.ThrowsAny<InputException>(() => GpuTable.Read(Encoding.UTF8.GetBytes(json))).Message;
        Assert.StartsWith("gpus.json: ", message, StringComparison.Ordinal);
        return message;
    }
}
