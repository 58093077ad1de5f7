namespace LlmMemProfiler.Core.Models;

/// <summary>A Hugging Face GPT-2 <c>config.json</c>. Whatever would change the model and is not modeled is refused by name.</summary>
/// <remarks>Names and defaults: transformers, <c>models/gpt2/configuration_gpt2.py</c>.</remarks>
internal static class Gpt2Config
{
    private const string Type = "gpt2";

    private static readonly Dictionary<string, Func<int, int>> KvHeads = new()
    {
        ["multihead"] = heads => heads,
        ["multiquery"] = _ => 1,
    };

    private static readonly HashSet<string> Known =
        [.. Gpt2Fields.Read, .. Gpt2Fields.Fixed.Select(field => field.Name), .. Gpt2Fields.WithoutEffect];

    /// <summary>True for any Hugging Face config, whatever its model.</summary>
    public static bool Is(ModelFields fields) =>
        fields.Has("model_type") || fields.Has("architectures") || fields.Has("n_layer") || fields.Has("num_hidden_layers");

    /// <exception cref="InputException">It is another model, or a field is missing, unknown, or has a value that is not modeled.</exception>
    public static ModelSpec Read(ModelFields fields, string defaultName)
    {
        RequireGpt2(fields);
        var (embedding, heads) = (Either(fields, "n_embd", "hidden_size"), Either(fields, "n_head", "num_attention_heads"));
        return new()
        {
            Name = Path.GetFileName(fields.Text("_name_or_path")?.TrimEnd('/')) is { Length: > 0 } name ? name : defaultName,
            Layers = fields.Count(Either(fields, "n_layer", "num_hidden_layers")),
            DModel = fields.Count(embedding),
            Heads = fields.Count(heads),
            KvHeads = KvHeads[fields.Word("attention_head_type", KvHeads.Keys) ?? "multihead"](fields.Count(heads)),
            DFf = fields.CountOr("n_inner", () => FourTimes(fields, embedding)),
            Vocabulary = fields.Count("vocab_size"),
            Positions = fields.Count(Either(fields, Either(fields, "n_positions", "max_position_embeddings"), "n_ctx", isEqual: false)),
            TiedOutput = fields.Flag("tie_word_embeddings") ?? true,
            LinearBias = true,
            FinalNorm = true,
            NormEpsilon = fields.Real("layer_norm_epsilon") ?? 1e-5,
        };
    }

    private static void RequireGpt2(ModelFields fields)
    {
        if (fields.Text("model_type") is { } type && type != Type)
            throw new InputException($"{fields.Origin}: model_type is '{type}'; only '{Type}' is supported");
        foreach (var architecture in fields.Texts("architectures").Concat(CustomClasses(fields)))
        {
            if (!Gpt2Fields.Architectures.Contains(architecture))
                throw new InputException($"{fields.Origin}: the architecture is {architecture}, which is not GPT-2's decoder alone; only {Gpt2Fields.Architectures[0]} is supported");
        }
        _ = fields.Word("activation_function", Gpt2Fields.Activations);
        foreach (var field in Gpt2Fields.Fixed)
            fields.Require(field);
        if (fields.Names.FirstOrDefault(name => !Known.Contains(name)) is { } unknown)
        {
            var near = NearNames.Of(unknown, Known);
            throw new InputException(
                $"{fields.Origin}: field '{unknown}' is unknown and could change the model; {(near.Count > 0 ? $"did you mean {string.Join(" or ", near)}? Otherwise " : "")}remove it if it changes nothing");
        }
    }

    /// <summary>The model classes that the repository's own code defines; the class of a tokenizer or a config does not matter.</summary>
    private static IEnumerable<string> CustomClasses(ModelFields fields) => fields.Entries("auto_map")
        .Where(entry => entry.Name.StartsWith("AutoModel", StringComparison.Ordinal))
        .Select(entry => entry.Text.Split('.')[^1]);

    /// <summary>The one of two names that the file uses. transformers takes both for the same field, so they must agree.</summary>
    private static string Either(ModelFields fields, string name, string other, bool isEqual = true)
    {
        if (!fields.Has(name))
            return fields.Has(other) ? other : name;
        if (isEqual && fields.Has(other) && fields.Count(name) != fields.Count(other))
            throw new InputException($"{fields.Origin}: {name} is {fields.Count(name)}, but {other} is {fields.Count(other)}; they must be equal");
        return name;
    }

    private static int FourTimes(ModelFields fields, string field)
    {
        const int most = int.MaxValue / 4;
        var width = fields.Count(field);
        return width <= most
            ? 4 * width
            : throw new InputException($"{fields.Origin}: {field} is {width}; without n_inner it must be at most {most}");
    }
}
