using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Accounts;

public class NamesTests
{
    /// <summary>The account's lines as DESIGN names them; records carry these names.</summary>
    [Fact]
    public void Parts_have_the_names_that_records_carry() => Assert.Equal(
        [
            "weights", "kv_cache", "activations", "logits", "inputs", "workspace", "rounding", "slack", "context", "modules",
            "profiler", "overhead", "residual",
        ],
        Parts.All.Select(p => p.Name()));

    [Fact]
    public void Phases_have_the_names_that_records_carry() =>
        Assert.Equal(["init", "load", "prefill", "decode"], Enum.GetValues<Phase>().Select(p => p.Name()));
}
