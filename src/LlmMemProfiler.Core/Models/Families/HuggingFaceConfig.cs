using System.Text.RegularExpressions;
using LlmMemProfiler.Core.Models.Storage;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>A Hugging Face <c>config.json</c>: finds the decoder in it, and the family that reads it.</summary>
internal static class HuggingFaceConfig
{
    /// <summary>Objects that hold a decoder, in configs of models with several parts.</summary>
    private static readonly string[] Decoders = ["text_config", "decoder", "llm_config", "language_config", "lm_config", "language"];

    /// <summary>Models that also speak keep what writes text here: it thinks, and another part talks.</summary>
    private const string Thinker = "thinker_config";

    /// <summary>What nanoGPT's checkpoints, which name no type, keep their config in.</summary>
    private const string Arguments = "model_args";

    /// <summary>What a config of several parts says of its decoder too.</summary>
    private static readonly string[] Shared = ["tie_word_embeddings", "torch_dtype", "dtype", "quantization_config", "quantization"];

    /// <summary>Where 'For' stands in the name of a class, these follow it if the class has an output layer; others have another head.</summary>
    private static readonly string[] Heads = ["ForCausalLM", "ForConditionalGeneration"];

    /// <summary>What a forward pass may be asked to give beside its result: the weights and the cache stay the same.</summary>
    private static readonly string[] Outputs = ["output_hidden_states", "output_attentions", "output_router_logits"];

    private static readonly Dictionary<string, DataType> Types = new()
    {
        ["float32"] = DataType.Float32,
        ["float16"] = DataType.Float16,
        ["bfloat16"] = DataType.BFloat16,
    };

    /// <summary>True for any Hugging Face config, whatever its model.</summary>
    public static bool Is(ModelFields fields) =>
        fields.Has("model_type") || fields.Has("architectures") || fields.Has("n_layer") || fields.Has("num_hidden_layers")
        || ModelFamily.TypeOf(fields) is not null || HasArguments(fields);

    private static bool HasArguments(ModelFields fields) => !fields.Has("model_type") && fields.HasObject(Arguments);

    /// <param name="root">The config.</param>
    /// <param name="defaultName">The model's name where the config has none.</param>
    /// <param name="quantizer">AutoGPTQ's settings beside it; null if there are none.</param>
    /// <exception cref="InputException">It is of no known family, or a field is missing, unknown, or has a value that is not modeled.</exception>
    public static ModelSpec Read(ModelFields root, string defaultName, ModelFields? quantizer = null)
    {
        RequireDecoder(root);
        if (root.HasObject(Thinker))
            return Thinking(root, Name(root, defaultName), quantizer);
        var inner = HasArguments(root) ? Arguments : Decoders.FirstOrDefault(root.HasObject);
        var fields = inner is null ? root : root.Inner(inner, Shared);
        if (inner is not null)
            RequireDecoder(fields);
        var modelType = fields.Text("model_type") ?? root.Text("model_type") ?? TypeOfArchitecture(fields) ?? ModelFamily.TypeOf(fields)
            ?? (fields.Has("n_layer") || fields.Has("n_embd") ? "gpt2" : throw fields.Missing("model_type", "the kind of model, such as llama"));
        var kin = KindredTypes.Of(modelType, fields);
        // Some name a folder of its own instead, which has the decoder's config.
        if (kin is not null && !fields.Has("num_hidden_layers"))
            throw fields.Missing("num_hidden_layers", "the decoder's sizes, or the config.json in the folder of its own");
        var family = ModelFamily.All.GetValueOrDefault(kin?.Type ?? modelType) ?? throw UnknownType(root, modelType);
        var config = new ModelConfig(fields, kin?.Type ?? modelType);
        var outputs = Outputs.Where(config.Flag).ToList();
        var parts = inner is null ? OtherParts.In(fields) : [];
        config.PassOver(parts);
        var model = family.Read(config, Name(root, defaultName));
        var type = Type(fields);
        var quantization = Quantized(config, fields, quantizer, type ?? DataType.BFloat16);
        if (kin is not null)
            config.PassOver(parts = [.. parts, .. config.Unread]);
        config.RefuseUnasked();
        model = model with
        {
            Type = modelType,
            Prefix = kin?.Prefix + model.Prefix,
            OutputPrefix = kin?.Prefix + model.OutputPrefix,
            StoredType = type,
            Quantization = quantization ?? model.Quantization,
            FromClass = [.. config.FromClass],
            LeftOut = [.. model.LeftOut, .. UnknownType(fields), .. outputs, .. parts.Select(ModelFields.Plain)],
        };
        model = inner is null ? model : Inside(root, inner, config, model);
        return model.QuantizationRefusal is { } refusal
            ? throw new InputException($"{root.Origin}: quantization_config does not fit the model: {refusal}; expected the config of a quantized checkpoint")
            : model;
    }

    /// <summary>The part that reads and writes text, with the encoders whose output it reads.</summary>
    private static ModelSpec Thinking(ModelFields root, string name, ModelFields? quantizer)
    {
        const string prefix = "thinker.";
        var model = Read(root.Inner(Thinker, Shared), name, quantizer);
        var others = root.Names.Where(other => other != Thinker && !Shared.Contains(other) && !Ignorable.IsAny(other));
        return model with
        {
            Prefix = prefix + model.Prefix,
            OutputPrefix = prefix + model.OutputPrefix,
            LeftOut = [.. model.LeftOut, .. others.Select(ModelFields.Plain)],
        };
    }

    /// <summary>How the weights are kept: as the config says, or AutoGPTQ's file beside it.</summary>
    private static Quantization? Quantized(ModelConfig config, ModelFields fields, ModelFields? quantizer, DataType type)
    {
        // MLX writes it under both names.
        if (config.Has("quantization_config"))
            config.PassOver("quantization");
        if ((config.Object("quantization_config") ?? config.Object("quantization")) is { } kept)
            return QuantizationConfig.Read(kept, type, fields.Has("quantization"));
        if (quantizer is null)
            return null;
        var beside = ModelConfig.Apart(quantizer, "quantization_config");
        var quantization = QuantizationConfig.Read(beside, type, isMlx: false);
        beside.RefuseUnasked();
        return quantization;
    }

    private static InputException UnknownType(ModelFields root, string modelType)
    {
        var types = DecoderTypes.All;
        if (OtherModels.Is(modelType) || OtherModels.Is(root.Text("model_type") ?? ""))
            return new($"{root.Origin}: model_type is '{modelType}', which is no decoder; expected the config of a decoder, such as llama");
        return NearNames.Of(modelType, types) is { Count: > 0 } near
            ? new InputException($"{root.Origin}: model_type is '{modelType}'; did you mean {string.Join(" or ", near)}?")
            : new FieldException($"{root.Origin}: model_type is '{modelType}'; none of the {types.Count} that are known ({new Field("types")} of the command 'model' lists them)");
    }

    /// <summary>The decoder inside of a model with several parts.</summary>
    private static ModelSpec Inside(ModelFields root, string inner, ModelConfig decoder, ModelSpec model)
    {
        // Around a decoder stands what joins it to the other parts, and a second time what it consists of.
        var others = root.Names.Where(other => other != inner && !Shared.Contains(other) && !Ignorable.IsAny(other)).ToList();
        foreach (var other in others)
        {
            if (inner == Arguments)
                Ignorable.Require(root, other, other, Decoders);
            else
                Ignorable.RequireOnly(root, other);
        }
        if (others.Find(other => !decoder.Agrees(root, other)) is { } name)
            throw new InputException($"{root.Origin}: {name} is {root.Shown(name)}, but {inner} has another; they must be equal, or one be removed");
        var wrapper = WrapperNames.Of(root.Text("model_type") ?? model.Type, inner);
        return model with
        {
            Prefix = wrapper.BasePrefix(model.Prefix),
            OutputPrefix = wrapper.OutputPrefix(model.OutputPrefix),
            LeftOut = [.. model.LeftOut, .. others.Where(other => !decoder.WasAsked(other) && !Ignorable.IsOnly(other)).Select(ModelFields.Plain)],
        };
    }

    /// <summary>The type that a class is named after, where the config names none: 'QWenLMHeadModel' is of qwen.</summary>
    private static string? TypeOfArchitecture(ModelFields fields)
    {
        var names = fields.Texts("architectures").Select(name => Regex.Replace(name, "(For[A-Z]|LMHead|Model).*$", "")).ToList();
        return ModelFamily.All.Keys.FirstOrDefault(type => names.Exists(name => string.Equals(name, type.Replace("_", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase)));
    }

    private static DataType? Type(ModelFields fields) => Word(fields) is { } word && Types.TryGetValue(word, out var type) ? type : null;

    private static string? Word(ModelFields fields) => fields.Text("dtype") ?? fields.Text("torch_dtype");

    /// <summary>A type that no weights here have.</summary>
    private static IEnumerable<string> UnknownType(ModelFields fields) =>
        Word(fields) is { } word && !Types.ContainsKey(word) && word != "auto" ? [$"torch_dtype '{ModelFields.Plain(word)}'"] : [];

    private static void RequireDecoder(ModelFields fields)
    {
        foreach (var architecture in fields.Texts("architectures"))
        {
            if (architecture.EndsWith("DoubleHeadsModel", StringComparison.Ordinal)
                || (Regex.IsMatch(architecture, "For[A-Z]") && !Heads.Any(head => architecture.EndsWith(head, StringComparison.Ordinal))))
            {
                throw new InputException($"{fields.Origin}: the architecture is {architecture}, which has another head than a decoder's; expected a name that ends in {Heads[0]}");
            }
        }
    }

    private static string Name(ModelFields root, string defaultName) =>
        Path.GetFileName(root.Text("_name_or_path")?.TrimEnd('/')) is { Length: > 0 } name ? name : defaultName;
}
