using LlmMemProfiler.Core.Models.Storage;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>Reads <c>quantization_config</c>: how the checkpoint keeps the weights.</summary>
/// <remarks>transformers, <c>utils/quantization_config.py</c>.</remarks>
internal static class QuantizationConfig
{
    private static readonly Dictionary<string, Func<ModelConfig, DataType, QuantizedFormat>> Methods = new()
    {
        ["fp8"] = (config, _) => Fp8(config),
        ["gptq"] = (config, _) => new GptqFormat(Bits(config, "bits", 2, 3, 4, 8), Group(config, "group_size")),
        ["awq"] = (config, _) => new AwqFormat(Bits(config, "bits", 4), Group(config, "group_size")),
        ["mxfp4"] = (_, _) => new Mxfp4Format(),
        ["bitsandbytes"] = (config, _) => BitsAndBytes(config),
        ["compressed-tensors"] = Compressed,
        ["mlx"] = Mlx,
        ["modelopt"] = (config, _) => ModelOpt(config),
    };

    /// <summary>The quantization of a checkpoint.</summary>
    /// <param name="config">The object of that name.</param>
    /// <param name="type">The type that the model's config names.</param>
    /// <param name="isMlx">True where the config has it a second time under MLX's own name, <c>quantization</c>.</param>
    public static Quantization Read(ModelConfig config, DataType type, bool isMlx)
    {
        var method = config.Text("quant_method") ?? (config.Has("quant_algo") ? "modelopt" : config.Has("bits") ? isMlx ? "mlx" : "gptq" : "bitsandbytes");
        var read = Methods.GetValueOrDefault(method)
            ?? throw new InputException($"{config.Origin}: quant_method is '{method}'; {NearNames.Hint(method, "methods", Methods.Keys)}");
        string[] kept =
        [
            .. config.Texts("modules_to_not_convert") ?? [], .. config.Texts("ignored_layers") ?? [], .. config.Texts("ignore") ?? [],
            .. config.Texts("exclude_modules") ?? [],
            .. config.Texts("llm_int8_skip_modules") ?? [],
        ];
        return new(method, read(config, type), [.. kept]);
    }

    private static Fp8Format Fp8(ModelConfig config) => config.Numbers("weight_block_size") switch
    {
        [> 0 and var rows, > 0 and var columns] => new(rows, columns, "weight_scale_inv", "F32"),
        null => new(null, null, "weight_scale", "F32"),
        _ => throw new InputException($"{config.Origin}: quantization_config.weight_block_size is not two numbers from 1; expected rows and columns such as [128, 128]"),
    };

    private static BitsAndBytesFormat BitsAndBytes(ModelConfig config)
    {
        var (four, eight) = (config.Flag("load_in_4bit") | config.Flag("_load_in_4bit"), config.Flag("load_in_8bit") | config.Flag("_load_in_8bit"));
        return four != eight
            ? new(four ? 4 : 8, config.Flag("bnb_4bit_use_double_quant"))
            : throw new InputException($"{config.Origin}: quantization_config has neither or both of load_in_4bit and load_in_8bit; must have one");
    }

    /// <summary>One group of layers; several with settings of their own are refused.</summary>
    private static QuantizedFormat Compressed(ModelConfig config, DataType type)
    {
        var groups = config.Object("config_groups");
        if (groups?.Names.ToList() is not [var only] || groups.Object(only) is not { } group || group.Object("weights") is not { } weights)
            throw new InputException($"{config.Origin}: quantization_config.config_groups has not one group with weights; only one is supported");
        // Which classes of layers, and how their inputs are quantized when they are computed; how scales were found.
        group.PassOver("targets", "input_activations", "output_activations", "format");
        weights.PassOver("type", "dynamic", "observer", "observer_kwargs", "actorder", "symmetric", "block_structure", "group_size");
        var (format, strategy) = (config.Text("format") ?? "dense", weights.Text("strategy") ?? "tensor");
        var scale = ScaleType(type);
        return format switch
        {
            "pack-quantized" => new PackedFormat(Bits(weights, "num_bits", 4, 8), strategy == "group" ? Group(weights, "group_size") : null, !weights.Flag("symmetric"), scale),
            "float-quantized" or "naive-quantized" when strategy == "tensor" && Bits(weights, "num_bits", 8) == 8 => new Fp8Format(null, null, "weight_scale", scale),
            "float-quantized" or "naive-quantized" when strategy == "channel" && Bits(weights, "num_bits", 8) == 8 => new Fp8Format(1, null, "weight_scale", scale),
            "float-quantized" when strategy == "block" && Bits(weights, "num_bits", 8) == 8 && weights.Numbers("block_structure") is [> 0 and var rows, > 0 and var columns] =>
                new Fp8Format(rows, columns, "weight_scale", scale),
            _ => throw new InputException(
                $"{config.Origin}: quantization_config has the format '{format}' by '{strategy}'; expected pack-quantized, float-quantized or naive-quantized by tensor, channel, group or block"),
        };
    }

    private static MlxFormat Mlx(ModelConfig config, DataType type) => config.Text("mode") is null or "affine"
        ? new(Bits(config, "bits", 2, 3, 4, 6, 8), config.Count("group_size"), ScaleType(type))
        : throw new InputException($"{config.Origin}: quantization.mode is '{config.Text("mode")}'; only affine is supported");

    private static ModelOptFp8Format ModelOpt(ModelConfig config)
    {
        config.PassOver("producer", "kv_cache_quant_algo");
        return config.Text("quant_algo") is "FP8" ? new() : throw new InputException(
            $"{config.Origin}: quantization_config.quant_algo is '{config.Text("quant_algo")}'; only FP8 is supported");
    }

    private static string ScaleType(DataType type) => type switch
    {
        DataType.Float16 => "F16",
        DataType.Float32 => "F32",
        _ => "BF16",
    };

    private static int Bits(ModelConfig config, string field, params int[] known) => config.Count(field) is var bits && known.Contains(bits)
        ? bits
        : throw new InputException($"{config.Origin}: quantization_config.{field} is {bits}; expected {string.Join(", ", known)}");

    /// <summary>Null for -1, which means all.</summary>
    private static int? Group(ModelConfig config, string field) => config.RealOrNull(field) is -1 or null ? null : config.Count(field);
}
