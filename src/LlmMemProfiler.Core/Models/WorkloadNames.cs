using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Models;

/// <summary>The words for a workload's choices, on the command line, in sweep plans and in records.</summary>
public static class WorkloadNames
{
    public static IReadOnlyDictionary<string, AttentionKernel> AttentionKernels { get; } = new Dictionary<string, AttentionKernel>
    {
        ["fused"] = AttentionKernel.Fused,
        ["math"] = AttentionKernel.Math,
    };

    public static IReadOnlyDictionary<string, CachePolicy> CachePolicies { get; } = new Dictionary<string, CachePolicy>
    {
        ["preallocated"] = CachePolicy.Preallocated,
        ["concat"] = CachePolicy.Concat,
        ["paged"] = CachePolicy.Paged,
    };

    public static IReadOnlyDictionary<string, LogitsFor> LogitsChoices { get; } = new Dictionary<string, LogitsFor>
    {
        ["last"] = LogitsFor.Last,
        ["all"] = LogitsFor.All,
    };

    /// <summary>Types of the cached keys and values; 'same' stands for the arithmetic's.</summary>
    public static IReadOnlyDictionary<string, DataType?> CacheTypes { get; } = new Dictionary<string, DataType?>
    {
        ["same"] = null,
        ["fp16"] = DataType.Float16,
        ["bf16"] = DataType.BFloat16,
        ["fp32"] = DataType.Float32,
    };
}
