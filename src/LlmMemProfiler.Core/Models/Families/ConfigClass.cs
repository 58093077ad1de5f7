using System.Text.Json;
using LlmMemProfiler.Core.Files;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>
/// What a configuration class of transformers, or of a model's own repository, says of fields that a config does not give: a file of
/// <c>Classes</c>, named as <c>model_type</c>. What the class does not read stands there too: 'only', where one value is modeled, and 'unread',
/// where none matters as long as others have these values.
/// </summary>
internal sealed class ConfigClass
{
    private static readonly Catalog Classes = new(typeof(ConfigClass).Assembly, "classes");

    private readonly JsonElement root;
    private readonly ILookup<string, string> aliases;

    private ConfigClass(JsonElement root)
    {
        this.root = root;
        Defaults = new(root.GetProperty("defaults"), Name);
        aliases = (root.TryGetProperty("aliases", out var names) ? names.EnumerateObject().ToArray() : [])
            .ToLookup(alias => alias.Value.GetString()!, alias => alias.Name);
    }

    /// <summary>The class's name, such as LlamaConfig.</summary>
    public string Name => root.GetProperty("class").GetString()!;

    /// <summary>Values of the fields that a config does not give.</summary>
    public ModelFields Defaults { get; }

    /// <summary>Fields that are not read, by name, with the one value that is modeled.</summary>
    public IReadOnlyDictionary<string, OnlyValue> Only => List("only").ToDictionary(
        row => row.GetProperty("field").GetString()!,
        row => new OnlyValue(row.GetProperty("value").GetRawText(), row.GetProperty("effect").GetString()!));

    /// <summary>True if the field means nothing in this config, because others switch it off: 'unread' in the file.</summary>
    /// <param name="fields">The config.</param>
    /// <param name="name">The field.</param>
    public bool IsSwitchedOff(ModelFields fields, string name) => List("unread").Any(group =>
        group.GetProperty("fields").EnumerateArray().Any(unread => unread.GetString() == name)
        && group.GetProperty("where").EnumerateObject().All(other => !fields.Has(other.Name) || fields.Is(other.Name, other.Value)));

    /// <summary>The class of a <c>model_type</c>.</summary>
    public static ConfigClass Of(string modelType) => new(JsonDocument.Parse(Classes.Read(modelType)).RootElement);

    /// <summary>True if the class reads a field of this name.</summary>
    public bool Reads(string name) => root.GetProperty("defaults").TryGetProperty(name, out _) || aliases.Any(names => names.Contains(name));

    private JsonElement[] List(string name) => root.TryGetProperty(name, out var list) ? [.. list.EnumerateArray()] : [];

    /// <summary>All names of a field, first the one that the class itself uses.</summary>
    public IEnumerable<string> NamesOf(string field) => aliases[field].Prepend(field);
}
