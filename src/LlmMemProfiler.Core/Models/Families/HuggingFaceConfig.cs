using System.Text.Json;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>A Hugging Face <c>config.json</c>: finds the decoder in it, and the family that reads it.</summary>
internal static class HuggingFaceConfig
{
    /// <summary>Objects that hold a decoder, in configs of models with several parts.</summary>
    private static readonly string[] Decoders = ["text_config", "decoder", "llm_config", "language_config"];

    /// <summary>What nanoGPT's checkpoints, which name no type, keep their config in.</summary>
    private const string Arguments = "model_args";

    /// <summary>What a config of several parts says of its decoder too.</summary>
    private static readonly string[] Shared = ["tie_word_embeddings", "torch_dtype", "dtype", "quantization_config", "quantization"];

    /// <summary>Ends of the names of classes with a decoder and its output layer; others have another head.</summary>
    private static readonly string[] Heads =
        ["ForCausalLM", "LMHeadModel", "LMHeadCustomModel", "ForConditionalGeneration", "EncoderDecoderModel", "Model"];

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

    /// <exception cref="InputException">It is of no known family, or a field is missing, unknown, or has a value that is not modeled.</exception>
    public static ModelSpec Read(ModelFields root, string defaultName)
    {
        RequireDecoder(root);
        var inner = HasArguments(root) ? Arguments : Decoders.FirstOrDefault(root.HasObject);
        var fields = inner is null ? root : root.Inner(inner, Shared);
        if (inner is not null)
            RequireDecoder(fields);
        var modelType = fields.Text("model_type") ?? root.Text("model_type") ?? ModelFamily.TypeOf(fields)
            ?? (fields.Has("n_layer") || fields.Has("n_embd") ? "gpt2" : throw fields.Missing("model_type", "the kind of model, such as llama"));
        if (!ModelFamily.All.TryGetValue(modelType, out var family))
            throw new InputException($"{root.Origin}: model_type is '{modelType}'; {NearNames.Hint(modelType, "types", [.. ModelFamily.All.Keys])}");
        var config = new ModelConfig(fields, modelType);
        var model = family.Read(config, Name(root, defaultName));
        var type = Type(fields);
        // MLX writes it under both names.
        if (config.Has("quantization_config"))
            config.PassOver("quantization");
        var quantization = (config.Object("quantization_config") ?? config.Object("quantization")) is { } kept
            ? QuantizationConfig.Read(kept, type ?? DataType.BFloat16, fields.Has("quantization"))
            : null;
        config.RefuseUnasked();
        var spec = model with
        {
            StoredType = type,
            Quantization = quantization,
            FromClass = [.. config.FromClass],
            LeftOut = [.. model.LeftOut, .. UnknownType(fields)],
        };
        return inner is null ? spec : Inside(root, inner, fields, spec);
    }

    /// <summary>The decoder inside of a model with several parts.</summary>
    private static ModelSpec Inside(ModelFields root, string inner, ModelFields decoder, ModelSpec model)
    {
        var parts = root.Names.Where(name => name != inner && root.Kind(name) == JsonValueKind.Object && !Ignorable.IsAny(name)).ToList();
        foreach (var name in root.Names.Where(name => name != inner && !parts.Contains(name) && !Shared.Contains(name) && !root.Repeats(name, decoder)))
            Ignorable.Require(root, name, name, Decoders);
        var wrapper = WrapperNames.Of(root.Text("model_type"), inner);
        return model with
        {
            Prefix = wrapper.BasePrefix(model.Prefix),
            OutputPrefix = wrapper.Output,
            LeftOut = [.. model.LeftOut, .. parts.Select(ModelFields.Plain)],
        };
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
            if (!Heads.Any(head => architecture.EndsWith(head, StringComparison.Ordinal)) || architecture.EndsWith("DoubleHeadsModel", StringComparison.Ordinal))
                throw new InputException($"{fields.Origin}: the architecture is {architecture}, which is not a decoder alone; expected a name that ends in {Heads[0]}");
        }
    }

    private static string Name(ModelFields root, string defaultName) =>
        Path.GetFileName(root.Text("_name_or_path")?.TrimEnd('/')) is { Length: > 0 } name ? name : defaultName;
}
