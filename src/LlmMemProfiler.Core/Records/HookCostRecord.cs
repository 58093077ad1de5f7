using LlmMemProfiler.Core.Points;

namespace LlmMemProfiler.Core.Records;

/// <summary>What seeing every allocation costs a decode step: times with the hook over times without, taken in turn.</summary>
/// <param name="Schema">Version of this record.</param>
/// <param name="Model">The model.</param>
/// <param name="Workload">The workload.</param>
/// <param name="Device">The device.</param>
/// <param name="Host">Machine and software.</param>
/// <param name="Pairs">Pairs of steps.</param>
/// <param name="MedianPercent">Median of what the hook adds; may be negative, as noise is.</param>
/// <param name="LowerQuartilePercent">A quarter of the pairs lies below.</param>
/// <param name="UpperQuartilePercent">A quarter of the pairs lies above.</param>
/// <param name="StepSeconds">Median step without the hook.</param>
public sealed record HookCostRecord(
    int Schema, ModelFacts Model, WorkloadFacts Workload, DeviceFacts Device, HostFacts Host, int Pairs,
    double MedianPercent, double LowerQuartilePercent, double UpperQuartilePercent, double StepSeconds)
{
    public const int CurrentSchema = 1;
}
