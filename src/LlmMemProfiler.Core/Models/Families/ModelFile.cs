using System.Text.Json;
using LlmMemProfiler.Core.Files;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>
/// Reads a model's dimensions from JSON: a file like those in <c>profiles/models</c>, or a Hugging Face GPT-2
/// <c>config.json</c>. The input is not trusted.
/// </summary>
public static class ModelFile
{
    /// <summary>File name of a config in a model's folder.</summary>
    internal const string ConfigName = "config.json";

    /// <summary>AutoGPTQ's settings, beside the config of a model that it quantized.</summary>
    private const string QuantizerName = "quantize_config.json";

    private static readonly string[] OwnFields =
    [
        "name", "source", "layers", "d_model", "heads", "kv_heads", "d_ff", "vocabulary", "positions", "tied_output", "linear_bias",
        "final_norm", "norm_epsilon",
    ];

    /// <summary>Reads a file, or the <c>config.json</c> in a folder.</summary>
    /// <exception cref="InputException">The file cannot be read or parsed, or a field is missing or out of range.</exception>
    public static ModelSpec Read(string path)
    {
        var file = Directory.Exists(path) ? Path.Combine(path, ConfigName) : path;
        return File.Exists(file)
            ? Read(SmallFile.Read(file, "model's config"), file, DefaultName(file), Quantizer(file)) is var model && FolderName(file) is { } folder ? model with { Name = folder } : model
            : throw new InputException($"{file}: no such file; give a preset, a config.json, or a folder that contains one");
    }

    /// <summary>Reads one JSON document.</summary>
    /// <param name="json">The document.</param>
    /// <param name="origin">Named in errors.</param>
    /// <param name="defaultName">Model name if the document has none.</param>
    public static ModelSpec Read(ReadOnlyMemory<byte> json, string origin, string defaultName) => Read(json, origin, defaultName, null);

    private static ModelSpec Read(ReadOnlyMemory<byte> json, string origin, string defaultName, string? quantizer) =>
        Parsed(json, origin, (fields, root) =>
        {
            if (!HuggingFaceConfig.Is(fields))
                return Own(fields, defaultName).Model(origin);
            var model = quantizer is null
                ? HuggingFaceConfig.Read(fields, defaultName)
                : Parsed(SmallFile.Read(quantizer, "quantizer's settings"), quantizer, (settings, _) => HuggingFaceConfig.Read(fields, defaultName, settings.Has("bits") ? settings : null));
            return GptSizes.Describe(model) ? model : model with { Config = KeptConfig.Of(root, model.Type) };
        });

    /// <summary>What is read of a JSON object.</summary>
    private static ModelSpec Parsed(ReadOnlyMemory<byte> json, string origin, Func<ModelFields, JsonElement, ModelSpec> read)
    {
        try
        {
            var text = PythonJson.AsJson(json);
            using var document = JsonDocument.Parse(text, new() { MaxDepth = 32 });
            if (DoubledName.In(text.Span) is (var name, var line))
                throw new InputException($"{origin}: '{ModelFields.Plain(name)}' stands twice, again in line {line}; must stand once");
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new InputException($"{origin}: contains a JSON {document.RootElement.ValueKind}; expected an object with the model's dimensions");
            return read(new(document.RootElement, origin), document.RootElement);
        }
        catch (JsonException e)
        {
            var place = e.LineNumber is { } line ? $"line {line + 1}" : "its start";
            throw new InputException($"{origin}: invalid JSON at {place}; expected a model's config.json or a file like profiles/models/gpt2.json", e);
        }
        catch (OverflowException e)
        {
            throw new InputException($"{origin}: its sizes exceed 64-bit counts; expected a smaller model", e);
        }
        catch (InvalidOperationException e)
        {
            // JsonDocument decodes strings only on access.
            throw new InputException($"{origin}: contains an invalid string; expected UTF-8", e);
        }
    }

    private static GptSizes Own(ModelFields fields, string defaultName)
    {
        if (fields.Names.FirstOrDefault(name => !OwnFields.Contains(name)) is { } unknown)
            throw new InputException($"{fields.Origin}: unknown field '{ModelFields.Plain(unknown)}'; {NearNames.Hint(unknown, "fields", OwnFields)}");
        return new()
        {
            Name = fields.Text("name") is { Length: > 0 } name ? name : defaultName,
            Layers = fields.Count("layers"),
            DModel = fields.Count("d_model"),
            Heads = fields.Count("heads"),
            KvHeads = fields.CountOr("kv_heads", () => fields.Count("heads")),
            DFf = fields.Count("d_ff"),
            Vocabulary = fields.Count("vocabulary"),
            Positions = fields.Count("positions"),
            TiedOutput = fields.Flag("tied_output") ?? throw fields.Missing("tied_output", "true or false"),
            LinearBias = fields.Flag("linear_bias") ?? throw fields.Missing("linear_bias", "true or false"),
            FinalNorm = fields.Flag("final_norm") ?? throw fields.Missing("final_norm", "true or false"),
            NormEpsilon = fields.Real("norm_epsilon") ?? 1e-5,
        };
    }

    private static string? Quantizer(string file)
    {
        var settings = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, QuantizerName);
        return Path.GetFileName(file) == ConfigName && File.Exists(settings) ? settings : null;
    }

    /// <summary>The folder of a <c>config.json</c>, which names it better than the model that it was made from; null for one named by a commit.</summary>
    private static string? FolderName(string file) =>
        Path.GetFileName(file) == ConfigName && DefaultName(file) is var folder && !(folder.Length == 40 && folder.All(char.IsAsciiHexDigit)) ? folder : null;

    private static string DefaultName(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        var folder = Path.GetDirectoryName(Path.GetFullPath(file));
        return name == "config" && Path.GetFileName(folder) is { Length: > 0 } own ? HubCache.NameOf(folder!) ?? own : name;
    }
}
