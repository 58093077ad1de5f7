using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Device.Tests;

public class VirtualGpusTests
{
    [Theory]
    [InlineData("virtual:h100", "h100", 1, null)]
    [InlineData("VIRTUAL:H100", "h100", 1, null)]
    [InlineData("virtual:2xh100", "h100", 2, null)]
    [InlineData("virtual:rtx-4090:20GiB", "rtx-4090", 1, 20L << 30)]
    [InlineData("virtual:16xt4:1.5GiB", "t4", 16, 3L << 29)]
    [InlineData("virtual:sm_120:46:12GiB", "sm_120:46:12gib", 1, 12L << 30)]
    [InlineData("virtual:a100-80/1g.10gb", "a100-80/1g.10gb", 1, null)]
    public void A_card_is_named_with_its_number_and_its_memory(string name, string card, int count, long? total)
    {
        var gpus = DeviceChoice.Parse(name).Virtual!;
        Assert.Equal((card, count), (gpus.Gpu.Name.ToLowerInvariant(), gpus.Count));
        Assert.Equal(total is { } bytes ? new ByteSize(bytes) : gpus.Gpu.Total, gpus.Total);
        Assert.Equal(gpus with { Gpu = gpus.Gpu }, VirtualGpus.Parse(gpus.ToString()) with { Gpu = gpus.Gpu });
    }

    [Theory]
    [InlineData("virtual:", "no card is named")]
    [InlineData("virtual:nosuch", "unknown target 'nosuch'")]
    [InlineData("virtual:h10", "did you mean h100")]
    [InlineData("virtual:cpu", "'cpu' is no GPU")]
    [InlineData("virtual:h100:0", "must be a size from 1.00 MiB to 1.00 TiB, such as 20GiB")]
    [InlineData("virtual:h100:0GiB", "must be from 1.00 MiB to 1.00 TiB")]
    [InlineData("virtual:h100:-1GiB", "must be a size from 1.00 MiB")]
    [InlineData("virtual:h100:1PiB", "capacity is 1.00 PiB; must be from 1.00 MiB to 1.00 TiB")]
    [InlineData("virtual:h100:1025GiB", "must be from 1.00 MiB to 1.00 TiB")]
    [InlineData("virtual:h100:20GiB:1", "more than a card and its memory")]
    [InlineData("virtual:0xh100", "must be from 1 to 16")]
    [InlineData("virtual:17xh100", "must be from 1 to 16")]
    [InlineData("virtual:99999999999999999999xh100", "must be from 1 to 16")]
    [InlineData("virtual:2x", "no card is named")]
    [InlineData("virtual:sm_120:46", "sm_120:46:12GiB")]
    [InlineData("virtual:sm_120:46:1KiB", "must be a size from 1.00 MiB to 1.00 TiB")]
    [InlineData("virtual:sm_120:46:2TiB", "must be a size from 1.00 MiB to 1.00 TiB")]
    [InlineData("virtual:gtx-1080", "")]
    public void Anything_else_is_refused_in_one_line(string name, string expected)
    {
        var message = Assert.Throws<InputException>(() => DeviceChoice.Parse(name)).Message;
        Assert.StartsWith($"--device {name}: ", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }
}
