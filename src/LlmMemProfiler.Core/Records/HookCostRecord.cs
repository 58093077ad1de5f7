using LlmMemProfiler.Core.Points;

namespace LlmMemProfiler.Core.Records;

/// <summary>Cost of the allocation hook per decode step, from alternating steps with and without it.</summary>
/// <param name="Schema">Schema version.</param>
/// <param name="Model">The model.</param>
/// <param name="Workload">The workload.</param>
/// <param name="Device">The device.</param>
/// <param name="Host">Machine and software.</param>
/// <param name="Pairs">Pairs of steps.</param>
/// <param name="MedianPercent">Median overhead of the hook; may be negative due to noise.</param>
/// <param name="LowerQuartilePercent">25th percentile.</param>
/// <param name="UpperQuartilePercent">75th percentile.</param>
/// <param name="StepSeconds">Median step time without the hook.</param>
public sealed record HookCostRecord(
    int Schema, ModelFacts Model, WorkloadFacts Workload, DeviceFacts Device, HostFacts Host, int Pairs,
    double MedianPercent, double LowerQuartilePercent, double UpperQuartilePercent, double StepSeconds)
{
    public const int CurrentSchema = 1;
}
