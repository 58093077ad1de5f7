using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Overheads;

/// <summary>What a figure of the atlas counts: memory of one process outside the caching allocator.</summary>
[JsonConverter(typeof(WordConverter<OverheadQuantity>))]
public enum OverheadQuantity
{
    /// <summary>The CUDA context, before the first kernel.</summary>
    Context,

    /// <summary>What the first use of kernels and cuBLAS adds. cuBLAS's workspace comes from the allocator, and is none of it.</summary>
    Modules,

    /// <summary>Both, where only their sum was seen.</summary>
    ContextAndModules,
}

internal static class OverheadQuantities
{
    /// <summary>The part of an account that it is.</summary>
    public static Part Part(this OverheadQuantity quantity) => quantity switch
    {
        OverheadQuantity.Context => Accounts.Part.Context,
        OverheadQuantity.Modules => Accounts.Part.Modules,
        _ => Accounts.Part.Overhead,
    };
}
