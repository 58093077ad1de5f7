using System.Diagnostics;

namespace LlmMemProfiler.Workflow.Tests;

/// <summary>Tests wait for what happens and not for a time; the bound only ends one that would wait for ever.</summary>
internal static class Moment
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(2);

    /// <summary>True once the condition holds.</summary>
    public static async Task<bool> Comes(Func<bool> condition)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < Bound; await Task.Delay(1, TestContext.Current.CancellationToken))
        {
            if (condition())
                return true;
        }
        return false;
    }
}
