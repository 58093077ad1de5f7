using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Storage;

/// <summary>How a checkpoint keeps its linear layers' weights: which layers, and as which tensors.</summary>
/// <param name="Method">As <c>quant_method</c> in its config.</param>
/// <param name="Format">What a weight becomes.</param>
/// <param name="Kept">Modules that are not quantized.</param>
public sealed record Quantization(string Method, QuantizedFormat Format, Sequence<ModulePattern> Kept)
{
    /// <summary>Modules with another format than <see cref="Format"/>; the first one that matches counts.</summary>
    public Sequence<QuantizedModules> Groups { get; init; } = [];

    /// <summary>The modules of a layer that are quantized; empty for all.</summary>
    public Sequence<ModulePattern> Quantized { get; init; } = [];

    /// <summary>True if <see cref="Groups"/> name every module that is quantized, the output layer too if it is.</summary>
    public bool IsListed { get; init; }

    /// <summary>The tensors that a weight is kept as.</summary>
    /// <param name="weight">A weight in a layer, by its name in the checkpoint.</param>
    /// <returns>Null for one that is kept as it is.</returns>
    /// <exception cref="OverflowException">A size does not fit 64 bits.</exception>
    public IReadOnlyList<FileTensor>? Of(Weight weight) => FormatOf(weight)?.Tensors(Module(weight), weight);

    /// <summary>Why a weight cannot be kept so; null if it can.</summary>
    public string? Refusal(Weight weight) => FormatOf(weight)?.Refusal(Module(weight), weight);

    private QuantizedFormat? FormatOf(Weight weight)
    {
        if (weight.Shape.Count < 2 || !(weight.Role == TensorRole.LinearWeight || (weight.Role == TensorRole.Embedding && Format.IsEverywhere)))
            return null;
        var module = Module(weight);
        if (Kept.Any(kept => kept.IsMatch(module)) || (Quantized.Count > 0 && !Quantized.Any(one => one.IsMatch(module))))
            return null;
        return Groups.FirstOrDefault(group => group.Names.Any(name => name.IsMatch(module))) is { } own ? own.Format : Format;
    }

    private static string Module(Weight weight)
    {
        const string end = ".weight";
        return weight.Name.EndsWith(end, StringComparison.Ordinal) ? weight.Name[..^end.Length] : weight.Name;
    }
}

/// <summary>Modules that are quantized in a way of their own.</summary>
/// <param name="Names">Which they are.</param>
/// <param name="Format">What their weights become; null if they are kept.</param>
public sealed record QuantizedModules(Sequence<ModulePattern> Names, QuantizedFormat? Format);

/// <summary>What a weight [out, in] becomes when it is quantized.</summary>
public abstract record QuantizedFormat
{
    /// <summary>True if the token embedding, the output layer and routers are quantized too.</summary>
    internal virtual bool IsEverywhere => false;

    internal abstract IReadOnlyList<FileTensor>? Tensors(string module, Weight weight);

    /// <summary>Why the tool that makes such weights cannot make this one; null if it can.</summary>
    internal virtual string? Refusal(string module, Weight weight) => null;

    private protected static FileTensor Tensor(string name, string type, params long[] shape)
    {
        var element = ElementType.Safetensors[type];
        return new(name, shape, element, element.Bytes(shape.Aggregate(1L, (product, n) => checked(product * n)))!.Value);
    }

    /// <summary>Experts that lie in one tensor are quantized one by one.</summary>
    private protected static (long[] Experts, long Outputs, long Inputs) Dimensions(Weight weight) =>
        ([.. weight.Shape.SkipLast(2)], weight.Shape[^2], weight.Shape[^1]);

    /// <summary>The linear layers that a tool sees: where experts lie in one tensor, it takes them apart first, and gate and up too.</summary>
    private protected static IEnumerable<(string Module, Weight Weight)> Apart(string module, Weight weight)
    {
        const string both = ".gate_up_proj", down = ".down_proj";
        var isBoth = module.EndsWith(both, StringComparison.Ordinal);
        if (weight.Shape.Count != 3 || !(isBoth || module.EndsWith(down, StringComparison.Ordinal)))
            return [(module, weight)];
        var experts = module[..module.LastIndexOf('.')];
        string[] parts = isBoth ? ["gate_proj", "up_proj"] : ["down_proj"];
        return from expert in Enumerable.Range(0, checked((int)weight.Shape[0]))
               from part in parts
               let name = $"{experts}.{expert}.{part}"
               select (name, new Weight(name + ".weight", weight.Role, [weight.Shape[1] / parts.Length, weight.Shape[2]]));
    }

    private protected static long Up(long number, long step) => (number + step - 1) / step;
}

/// <summary>FP8, or INT8, with a scale for each block; one for each row, or for the whole weight, where a block is as large.</summary>
/// <param name="Rows">Rows of a block; null for all.</param>
/// <param name="Columns">Columns of a block; null for all.</param>
/// <param name="ScaleName">End of the scales' name.</param>
/// <param name="ScaleType">Type of the scales.</param>
/// <remarks>DeepSeek-AI (2024), DeepSeek-V3, section 3.3; transformers, <c>integrations/finegrained_fp8.py</c>.</remarks>
public sealed record Fp8Format(int? Rows, int? Columns, string ScaleName, string ScaleType) : QuantizedFormat
{
    /// <summary>Type of the elements, as safetensors calls it.</summary>
    public string Element { get; init; } = "F8_E4M3";

    /// <summary>How FP8 weights are scaled; null for other formats and none.</summary>
    public static Fp8Format? Of(Quantization? quantization) => quantization?.Format switch
    {
        Fp8Format { Element: "F8_E4M3" or "F8_E5M2" } format => format,
        ModelOptFp8Format => new(null, null, "weight_scale", "F32"),
        _ => null,
    };

    internal override IReadOnlyList<FileTensor> Tensors(string module, Weight weight)
    {
        long[] shape = [.. weight.StoredShape];
        long[] scales = Rows is null && Columns is null ? [1] : [.. shape[..^2], Up(shape[^2], Rows ?? shape[^2]), Up(shape[^1], Columns ?? shape[^1])];
        return [Tensor(weight.Name, Element, shape), Tensor($"{module}.{ScaleName}", ScaleType, scales)];
    }
}

/// <summary>GPTQ: columns of the weight packed into 32-bit words, zeros and FP16 scales for each group of inputs.</summary>
/// <param name="Bits">Bits of an element.</param>
/// <param name="Group">Inputs that share a scale; null for all.</param>
/// <remarks>Frantar et al. (2022), GPTQ; AutoGPTQ, <c>nn_modules/qlinear</c>.</remarks>
public sealed record GptqFormat(int Bits, int? Group) : QuantizedFormat
{
    internal override IReadOnlyList<FileTensor>? Tensors(string module, Weight weight) =>
        [.. Apart(module, weight).SelectMany(one => Of(one.Module, one.Weight))];

    private FileTensor[] Of(string module, Weight weight)
    {
        var (experts, outputs, inputs) = Dimensions(weight);
        var groups = Up(inputs, Group ?? inputs);
        return
        [
            Tensor(module + ".g_idx", "I32", [.. experts, inputs]),
            Tensor(module + ".qweight", "I32", [.. experts, Up(inputs * Bits, 32), outputs]),
            Tensor(module + ".qzeros", "I32", [.. experts, groups, Up(outputs * Bits, 32)]),
            Tensor(module + ".scales", "F16", [.. experts, groups, outputs]),
        ];
    }
}

/// <summary>AWQ: rows of the weight packed into 32-bit words, zeros and FP16 scales for each group of inputs.</summary>
/// <param name="Bits">Bits of an element.</param>
/// <param name="Group">Inputs that share a scale; null for all.</param>
/// <remarks>Lin et al. (2023), AWQ; AutoAWQ, <c>modules/linear/gemm.py</c>.</remarks>
public sealed record AwqFormat(int Bits, int? Group) : QuantizedFormat
{
    internal override IReadOnlyList<FileTensor>? Tensors(string module, Weight weight) =>
        [.. Apart(module, weight).SelectMany(one => Of(one.Module, one.Weight))];

    private FileTensor[] Of(string module, Weight weight)
    {
        var (experts, outputs, inputs) = Dimensions(weight);
        var groups = inputs / (Group ?? inputs);
        return
        [
            Tensor(module + ".qweight", "I32", [.. experts, inputs, outputs * Bits / 32]),
            Tensor(module + ".qzeros", "I32", [.. experts, groups, outputs * Bits / 32]),
            Tensor(module + ".scales", "F16", [.. experts, groups, outputs]),
        ];
    }

    internal override string? Refusal(string module, Weight weight)
    {
        var (_, outputs, inputs) = Dimensions(weight);
        return Group is { } group && inputs % group != 0 ? $"{module} has {inputs} inputs, which are no multiple of the group size {group}"
            : outputs * Bits % 32 != 0 ? $"{module} has {outputs} outputs, which fill no whole 32-bit words in {Bits} bits" : null;
    }
}

/// <summary>MXFP4: 32 elements of a row in 16 bytes, with one scale of 8 bits. Only experts in one tensor are kept so.</summary>
/// <remarks>OCP Microscaling Formats (2023); transformers, <c>integrations/mxfp4.py</c>.</remarks>
public sealed record Mxfp4Format : QuantizedFormat
{
    private const int Block = 32;

    internal override IReadOnlyList<FileTensor>? Tensors(string module, Weight weight)
    {
        if (weight.Shape.Count < 3)
            return null;
        // The unquantized tensor is [E, in, out]; blocks run along the inputs.
        long[] rows = [weight.StoredShape[0], weight.StoredShape[2], Up(weight.StoredShape[1], Block)];
        return [Tensor(module + "_blocks", "U8", [.. rows, Block / 2]), Tensor(module + "_scales", "U8", rows)];
    }
}

/// <summary>compressed-tensors' packed integers: elements of a row packed into 32-bit words, a scale for each group, and the shape.</summary>
/// <param name="Bits">Bits of an element.</param>
/// <param name="Group">Inputs that share a scale; null for all.</param>
/// <param name="HasZeros">True if each group has a zero of its own.</param>
/// <param name="ScaleType">Type of the scales: the model's.</param>
/// <remarks>neuralmagic/compressed-tensors, <c>compressors/quantized_compressors/pack_quantized.py</c>.</remarks>
public sealed record PackedFormat(int Bits, int? Group, bool HasZeros, string ScaleType) : QuantizedFormat
{
    internal override IReadOnlyList<FileTensor>? Tensors(string module, Weight weight) =>
        [.. Apart(module, weight).SelectMany(one => Of(one.Module, one.Weight))];

    private FileTensor[] Of(string module, Weight weight)
    {
        var (experts, outputs, inputs) = Dimensions(weight);
        var groups = Up(inputs, Group ?? inputs);
        FileTensor[] zeros = HasZeros ? [Tensor(module + ".weight_zero_point", "I32", [.. experts, Up(outputs * Bits, 32), groups])] : [];
        return
        [
            Tensor(module + ".weight_packed", "I32", [.. experts, outputs, Up(inputs * Bits, 32)]),
            Tensor(module + ".weight_scale", ScaleType, [.. experts, outputs, groups]),
            Tensor(module + ".weight_shape", "I64", [.. experts, 2]),
            .. zeros,
        ];
    }
}

/// <summary>bitsandbytes: 4 bits with a scale for each 64 elements, which may be quantized themselves; or INT8 with one for each row.</summary>
/// <param name="Bits">4 or 8.</param>
/// <param name="IsNested">True if the scales are quantized too.</param>
/// <remarks>Dettmers et al. (2023), QLoRA; bitsandbytes, <c>functional.py</c>. The state's settings in JSON, some 80 bytes a layer, are not counted.</remarks>
public sealed record BitsAndBytesFormat(int Bits, bool IsNested) : QuantizedFormat
{
    private const int Block = 64, NestedBlock = 256, Codes = 16, NestedCodes = 256;

    internal override IReadOnlyList<FileTensor>? Tensors(string module, Weight weight)
    {
        // Only linear layers are replaced, and no tensor of experts.
        if (weight.Shape.Count > 2)
            return null;
        if (Bits == 8)
            return [Tensor(weight.Name, "I8", [.. weight.StoredShape]), Tensor(module + ".SCB", "F32", weight.Shape[^2])];
        var scales = Up(weight.Elements, Block);
        FileTensor[] nested = IsNested
            ? [Tensor(weight.Name + ".nested_absmax", "F32", Up(scales, NestedBlock)), Tensor(weight.Name + ".nested_quant_map", "F32", NestedCodes)]
            : [];
        return
        [
            Tensor(weight.Name, "U8", Up(weight.Elements, 2), 1),
            Tensor(weight.Name + ".absmax", IsNested ? "U8" : "F32", scales),
            Tensor(weight.Name + ".quant_map", "F32", Codes),
            .. nested,
        ];
    }
}

/// <summary>MLX: elements of a row packed into 32-bit words, a scale and a bias for each group, in the model's type.</summary>
/// <param name="Bits">Bits of an element.</param>
/// <param name="Group">Inputs that share a scale.</param>
/// <param name="ScaleType">Type of scales and biases: the model's.</param>
/// <remarks>ml-explore/mlx, <c>python/mlx/nn/layers/quantized.py</c>.</remarks>
public sealed record MlxFormat(int Bits, int Group, string ScaleType) : QuantizedFormat
{
    internal override bool IsEverywhere => true;

    internal override IReadOnlyList<FileTensor>? Tensors(string module, Weight weight)
    {
        long[] outer = [.. weight.StoredShape.SkipLast(1)];
        var inputs = weight.StoredShape[^1];
        return
        [
            Tensor(module + ".weight", "U32", [.. outer, Up(inputs * Bits, 32)]),
            Tensor(module + ".scales", ScaleType, [.. outer, Up(inputs, Group)]),
            Tensor(module + ".biases", ScaleType, [.. outer, Up(inputs, Group)]),
        ];
    }
}

/// <summary>NVIDIA's ModelOpt in FP8: one FP32 scale for the weight and one for its inputs.</summary>
/// <remarks>NVIDIA/TensorRT-Model-Optimizer, <c>modelopt/torch/export/unified_export_hf.py</c>.</remarks>
public sealed record ModelOptFp8Format : QuantizedFormat
{
    internal override IReadOnlyList<FileTensor>? Tensors(string module, Weight weight) =>
        [Tensor(weight.Name, "F8_E4M3", [.. weight.StoredShape]), Tensor(module + ".weight_scale", "F32"), Tensor(module + ".input_scale", "F32")];
}

/// <summary>NVFP4: two elements in a byte, an FP8 scale for each 16, and FP32 scales for the whole weight and its inputs.</summary>
/// <param name="Group">Inputs that share a scale.</param>
/// <param name="Names">Ends of the names: of the elements, of the scale of all, of that of the inputs; null for inputs without one.</param>
/// <param name="Scalar">Shape of the scales of all.</param>
/// <remarks>NVIDIA/TensorRT-Model-Optimizer, <c>modelopt/torch/export</c>; neuralmagic/compressed-tensors, <c>nvfp4_quantized.py</c>.</remarks>
public sealed record Nvfp4Format(int Group, (string Elements, string Scale, string? Inputs) Names, Sequence<long> Scalar) : QuantizedFormat
{
    internal override IReadOnlyList<FileTensor>? Tensors(string module, Weight weight) =>
        [.. Apart(module, weight).SelectMany(one => Of(one.Module, one.Weight))];

    private FileTensor[] Of(string module, Weight weight)
    {
        var (experts, outputs, inputs) = Dimensions(weight);
        FileTensor[] ofInputs = Names.Inputs is { } name ? [Tensor($"{module}.{name}", "F32", [.. Scalar])] : [];
        return
        [
            Tensor($"{module}.{Names.Elements}", "U8", [.. experts, outputs, Up(inputs, 2)]),
            Tensor(module + ".weight_scale", "F8_E4M3", [.. experts, outputs, Up(inputs, Group)]),
            Tensor($"{module}.{Names.Scale}", "F32", [.. Scalar]),
            .. ofInputs,
        ];
    }
}

/// <summary>ChatGLM's own: elements of a row packed into bytes, and an FP16 scale for each row.</summary>
/// <param name="Bits">Bits of an element.</param>
/// <remarks>zai-org/chatglm-6b-int4, <c>quantization.py</c>.</remarks>
public sealed record PackedRowsFormat(int Bits) : QuantizedFormat
{
    internal override IReadOnlyList<FileTensor>? Tensors(string module, Weight weight) =>
        [Tensor(weight.Name, "I8", weight.Shape[^2], Up(weight.Shape[^1] * Bits, 8)), Tensor(module + ".weight_scale", "F16", weight.Shape[^2])];
}
