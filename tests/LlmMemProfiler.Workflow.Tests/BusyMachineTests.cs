using System.Diagnostics;

namespace LlmMemProfiler.Workflow.Tests;

public class BusyMachineTests
{
    [Fact(Timeout = 600_000)]
    public async Task A_run_beside_others_says_so()
    {
        var others = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Process.Start("sh", ["-c", "while :; do :; done"])!).ToList();
        try
        {
            string[] run = ["run", "tiny", "--device", "cpu", "--prompt", "64", "--new-tokens", "64"];
            Assert.Matches("\nbusy machine: other processes took [1-9][0-9] % of the processors' time", (await Llmmem.Run(run)).Well().Output);
            var activity = (await Llmmem.Run([.. run, "--json"])).Well().Json.GetProperty("activity");
            Assert.InRange(activity.GetProperty("during").GetProperty("others").GetDouble(), 0.1, 1);
            Assert.All(["before", "during", "after"], window => Assert.True(activity.GetProperty(window).GetProperty("seconds").GetDouble() > 0, window));
        }
        finally
        {
            foreach (var other in others)
            {
                other.Kill();
                other.Dispose();
            }
        }
    }
}
