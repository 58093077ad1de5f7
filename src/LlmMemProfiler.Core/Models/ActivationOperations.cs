using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models;

/// <summary>Which operation an activation is in tags.</summary>
public static class ActivationOperations
{
    public static Operation Operation(this Activation activation) => activation switch
    {
        Activation.Gelu or Activation.GeluTanh or Activation.QuickGelu => Allocation.Operation.Gelu,
        Activation.Relu or Activation.ReluSquared => Allocation.Operation.Relu,
        Activation.Silu => Allocation.Operation.Silu,
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "not an activation"),
    };
}
