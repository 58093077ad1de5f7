using LlmMemProfiler.Core.Models.Layers;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>
/// The tensors and states of layers that keep a state. A convolution keeps its last inputs, one fewer than its kernel is long. States
/// are in FP32 unless a config says otherwise, as llama.cpp keeps them (149.62 MiB for Qwen3.5-27B).
/// </summary>
internal static class StateSpaces
{
    /// <remarks>transformers, <c>models/mamba/modeling_mamba.py</c>, and <c>models/jamba/modeling_jamba.py</c>, which norms the inputs of the state.</remarks>
    public static StateSpace Mamba(
        string name, long d, long inner, long state, long rank, int kernel, bool hasConvBias, bool hasBias, bool hasNorms) => new(
        StateSpaceKind.Mamba,
        [
            Parameter(name + "A_log", inner, state), Parameter(name + "D", inner), .. Convolution(name, inner, kernel, hasConvBias),
            .. new Linear(name + "in_proj", d, 2 * inner, hasBias).Weights, .. new Linear(name + "x_proj", inner, rank + (2 * state)).Weights,
            .. new Linear(name + "dt_proj", rank, inner, HasBias: true).Weights, .. new Linear(name + "out_proj", inner, d, hasBias).Weights,
            .. hasNorms ? [Norm(name + "dt_layernorm", rank), Norm(name + "b_layernorm", state), Norm(name + "c_layernorm", state)] : (Weight[])[],
        ],
        [Inputs(inner, kernel), new(inner * state, DataType.Float32)]);

    /// <remarks>transformers, <c>models/mamba2/modeling_mamba2.py</c>.</remarks>
    public static StateSpace Mamba2(
        string name, long d, (int Count, int Dim) heads, int state, int groups, int kernel, bool hasConvBias, bool hasBias)
    {
        var inner = (long)heads.Count * heads.Dim;
        var mixed = inner + (2L * groups * state);
        return new(
            StateSpaceKind.Mamba2,
            [
                Parameter(name + "dt_bias", heads.Count), .. Convolution(name, mixed, kernel, hasConvBias),
                .. new Linear(name + "in_proj", d, inner + mixed + heads.Count, hasBias).Weights, Parameter(name + "A_log", heads.Count),
                Norm(name + "norm", inner), Parameter(name + "D", heads.Count), .. new Linear(name + "out_proj", inner, d, hasBias).Weights,
            ],
            [Inputs(mixed, kernel), new(inner * state, DataType.Float32)]);
    }

    /// <remarks>transformers, <c>models/qwen3_next/modeling_qwen3_next.py</c>.</remarks>
    public static StateSpace GatedDelta(
        string name, long d, (int Count, int Dim) keys, (int Count, int Dim) values, int kernel, IEnumerable<(string Name, long Outputs)> inputs, DataType stateType)
    {
        var width = (long)values.Count * values.Dim;
        var mixed = (2L * keys.Count * keys.Dim) + width;
        return new(
            StateSpaceKind.GatedDelta,
            [
                Parameter(name + "dt_bias", values.Count), Parameter(name + "A_log", values.Count), .. Convolution(name, mixed, kernel, hasBias: false),
                .. inputs.SelectMany(input => new Linear(name + input.Name, d, input.Outputs).Weights), Norm(name + "norm", values.Dim),
                .. new Linear(name + "out_proj", width, d).Weights,
            ],
            [Inputs(mixed, kernel), new((long)values.Count * keys.Dim * values.Dim, stateType)]);
    }

    /// <remarks>transformers, <c>models/lfm2/modeling_lfm2.py</c>; the state has the kernel's length there.</remarks>
    public static StateSpace ShortConvolution(string name, long d, int kernel, bool hasBias) => new(
        StateSpaceKind.ShortConvolution,
        [
            Parameter(name + "conv.weight", d, 1, kernel), .. hasBias ? [new Weight(name + "conv.bias", TensorRole.Bias, [d])] : (Weight[])[],
            .. new Linear(name + "in_proj", d, 3 * d, hasBias).Weights, .. new Linear(name + "out_proj", d, d, hasBias).Weights,
        ],
        [new(d * kernel, null)]);

    /// <remarks>transformers, <c>models/minimax/modeling_minimax.py</c>.</remarks>
    public static StateSpace Lightning(string name, long d, int heads, int headDim)
    {
        var width = (long)heads * headDim;
        return new(
            StateSpaceKind.Lightning,
            [
                Norm(name + "norm", width), .. new Linear(name + "qkv_proj", d, 3 * width).Weights, .. new Linear(name + "output_gate", d, width).Weights,
                .. new Linear(name + "out_proj", width, d).Weights,
            ],
            [new(width * headDim, DataType.Float32)]);
    }

    private static KeptState Inputs(long width, int kernel) => new(width * (kernel - 1), DataType.Float32);

    private static Weight[] Convolution(string name, long width, int kernel, bool hasBias)
    {
        var weight = Parameter(name + "conv1d.weight", width, 1, kernel);
        return hasBias ? [weight, new(name + "conv1d.bias", TensorRole.Bias, [width])] : [weight];
    }

    private static Weight Norm(string name, long width) => new(name + ".weight", TensorRole.NormWeight, [width]);

    private static Weight Parameter(string name, params long[] shape) => new(name, TensorRole.Parameter, [.. shape]);
}
