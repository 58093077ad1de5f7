using System.Text.Json;
using LlmMemProfiler.Core.Models.Layers;
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

    /// <summary>ModelOpt's word for groups of modules with a format each.</summary>
    private const string Mixed = "MIXED_PRECISION";

    /// <summary>Elements that share a scale in NVFP4.</summary>
    private const int NvidiaGroup = 16;

    /// <summary>The quantization of a checkpoint.</summary>
    /// <param name="config">The object of that name.</param>
    /// <param name="type">The type that the model's config names.</param>
    /// <param name="isMlx">True where the config has it a second time under MLX's own name, <c>quantization</c>.</param>
    public static Quantization Read(ModelConfig config, DataType type, bool isMlx)
    {
        if (!config.Names.Any())
            throw new InputException($"{config.Origin}: quantization_config is empty; expected a quant_method, such as gptq, or no such field");
        var method = config.Text("quant_method") ?? (config.Has("quant_algo") ? "modelopt" : config.Has("bits") ? isMlx ? "mlx" : "gptq" : "bitsandbytes");
        var read = Methods.GetValueOrDefault(method)
            ?? throw new InputException($"{config.Origin}: quant_method is '{method}'; {NearNames.Hint(method, "methods", Methods.Keys)}");
        string[] kept =
        [
            .. config.Texts("modules_to_not_convert") ?? [], .. config.Texts("ignored_layers") ?? [], .. config.Texts("ignore") ?? [],
            .. config.Texts("exclude_modules") ?? [],
            .. config.Texts("llm_int8_skip_modules") ?? [],
        ];
        var format = read(config, type);
        return new(method, format, Patterns(config, kept))
        {
            Groups = format is MlxFormat ? MlxModules(config, type) : method == "compressed-tensors" ? Targets(config, type)
                : config.Text("quant_algo") == Mixed ? MixedModules(config) : [],
            Quantized = Patterns(config, config.NestedTexts("modules_in_block_to_quantize")),
            IsListed = config.Text("quant_algo") == Mixed,
        };
    }

    private static Sequence<ModulePattern> Patterns(ModelConfig config, IEnumerable<string> texts) => [.. texts.Select(text => Pattern(config, text))];

    private static ModulePattern Pattern(ModelConfig config, string text)
    {
        try
        {
            return new(text);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new InputException($"{config.Origin}: quantization_config names modules by '{ModelFields.Plain(text)}'; expected re: and a regular expression that does not look around");
        }
    }

    /// <summary>MLX names the modules that it quantizes otherwise, or not at all, beside its settings for all others.</summary>
    private static Sequence<QuantizedModules> MlxModules(ModelConfig config, DataType type)
    {
        var names = config.Names.Where(name => config.Kind(name) is JsonValueKind.Object or JsonValueKind.False).ToList();
        config.PassOver(names);
        return [.. names.Select(name => new QuantizedModules(Patterns(config, MlxNames(name)), config.Kind(name) == JsonValueKind.Object ? Mlx(config.Object(name)!, type) : null))];
    }

    /// <summary>Its names of a decoder's modules begin otherwise, and its experts have one module for all.</summary>
    private static string[] MlxNames(string name)
    {
        var start = name.IndexOf("layers.", StringComparison.Ordinal);
        var tail = start >= 0 ? name[start..] : name[(name.LastIndexOf('.') + 1)..];
        return tail.Contains(".switch_mlp.", StringComparison.Ordinal)
            ? [tail.Replace(".switch_mlp.", ".experts.*.", StringComparison.Ordinal), tail.Replace(".switch_mlp.", ".experts.", StringComparison.Ordinal)]
            : [tail];
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

    /// <summary>What the first group makes of a weight; which weights it is for, and what others make of theirs, is in <see cref="Targets"/>.</summary>
    private static QuantizedFormat Compressed(ModelConfig config, DataType type) => Compressed(config, CompressedGroups(config)[0], type);

    private static List<ModelConfig> CompressedGroups(ModelConfig config)
    {
        var groups = config.Object("config_groups");
        var list = groups?.Names.Select(groups.Object).OfType<ModelConfig>().Where(group => group.Object("weights") is not null).ToList() ?? [];
        return list.Count > 0
            ? list
            : throw new InputException($"{config.Origin}: quantization_config.config_groups has no group with weights; expected at least one");
    }

    /// <summary>The modules of each group; a name without dots that begins with a capital letter is a class, and stands for all.</summary>
    private static Sequence<QuantizedModules> Targets(ModelConfig config, DataType type) =>
    [
        .. CompressedGroups(config).Select(group => new QuantizedModules(
            Patterns(config, (group.Texts("targets") ?? ["*"]).Select(target => char.IsUpper(target[0]) && !target.Contains('.', StringComparison.Ordinal) ? "*" : target)),
            Compressed(config, group, type))),
        new(Patterns(config, ["*"]), null),
    ];

    private static QuantizedFormat Compressed(ModelConfig config, ModelConfig group, DataType type)
    {
        var weights = group.Object("weights")!;
        // How their inputs are quantized when they are computed; how scales were found.
        group.PassOver("input_activations", "output_activations");
        weights.PassOver("type", "dynamic", "observer", "observer_kwargs", "actorder", "symmetric", "block_structure", "group_size", "scale_dtype", "zp_dtype");
        var (own, all) = (group.Text("format"), config.Text("format"));
        var (format, strategy) = (own ?? all ?? "dense", weights.Text("strategy") ?? "tensor");
        var scale = ScaleType(type);
        return format switch
        {
            "pack-quantized" => new PackedFormat(Bits(weights, "num_bits", 4, 8), strategy == "group" ? Group(weights, "group_size") : null, !weights.Flag("symmetric"), scale),
            "float-quantized" or "naive-quantized" when strategy == "tensor" && Bits(weights, "num_bits", 8) == 8 => new Fp8Format(null, null, "weight_scale", scale),
            "float-quantized" or "naive-quantized" when strategy == "channel" && Bits(weights, "num_bits", 8) == 8 => new Fp8Format(1, null, "weight_scale", scale),
            "float-quantized" when strategy == "block" && Bits(weights, "num_bits", 8) == 8 && weights.Numbers("block_structure") is [> 0 and var rows, > 0 and var columns] =>
                new Fp8Format(rows, columns, "weight_scale", scale),
            "int-quantized" when strategy is "channel" or "tensor" && Bits(weights, "num_bits", 8) == 8 =>
                new Fp8Format(strategy == "channel" ? 1 : null, null, "weight_scale", scale) { Element = "I8" },
            "nvfp4-pack-quantized" when Bits(weights, "num_bits", 4) == 4 => new Nvfp4Format(
                weights.Count("group_size"), ("weight_packed", "weight_global_scale", group.Has("input_activations") ? "input_global_scale" : null), [1]),
            _ => throw new InputException(
                $"{config.Origin}: quantization_config has the format '{format}' by '{strategy}'; expected pack-quantized, int-quantized, float-quantized, naive-quantized or nvfp4-pack-quantized by tensor, channel, group or block"),
        };
    }

    private static MlxFormat Mlx(ModelConfig config, DataType type) => config.Text("mode") is null or "affine"
        ? new(Bits(config, "bits", 2, 3, 4, 6, 8), config.Count("group_size"), ScaleType(type))
        : throw new InputException($"{config.Origin}: quantization.mode is '{config.Text("mode")}'; only affine is supported");

    private static QuantizedFormat ModelOpt(ModelConfig config)
    {
        config.PassOver("producer", "kv_cache_quant_algo", "config_groups", "quantized_layers");
        var group = config.CountOrNull("group_size") ?? NvidiaGroup;
        return config.Text("quant_algo") switch
        {
            "FP8" => new ModelOptFp8Format(),
            "NVFP4" => Nvidia(group),
            Mixed => ModelOptGroup(CompressedGroups(config)[0]),
            _ => throw new InputException($"{config.Origin}: quantization_config.quant_algo is '{config.Text("quant_algo")}'; expected FP8, NVFP4 or {Mixed}"),
        };
    }

    private static Nvfp4Format Nvidia(int group) => new(group, ("weight", "weight_scale_2", "input_scale"), []);

    /// <summary>What a group of modules is kept as, by the bits of its elements.</summary>
    private static QuantizedFormat ModelOptGroup(ModelConfig group)
    {
        var weights = group.Object("weights")!;
        group.PassOver("input_activations");
        weights.PassOver("type", "dynamic");
        return Bits(weights, "num_bits", 4, 8) == 4 ? Nvidia(weights.CountOrNull("group_size") ?? NvidiaGroup) : new ModelOptFp8Format();
    }

    /// <summary>The modules of each group, which are listed one by one; no other is quantized.</summary>
    private static Sequence<QuantizedModules> MixedModules(ModelConfig config) =>
    [
        .. CompressedGroups(config).Select(group => new QuantizedModules(Patterns(config, group.Texts("targets") ?? []), ModelOptGroup(group))),
        new(Patterns(config, ["*"]), null),
    ];

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
