using System.Text.Json;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>
/// A model's config as its class reads it: what is given counts, then what the class sets. Whatever was not asked for by the end of a
/// reading, and is not <see cref="Ignorable"/>, could change the model and is refused.
/// </summary>
internal sealed class ModelConfig
{
    private readonly ModelFields given;
    private readonly ConfigClass? type;
    private readonly string path;
    private readonly HashSet<string> asked = [];
    private readonly List<ModelConfig> objects = [];
    private readonly Dictionary<string, ModelConfig> objectsByName = [];
    private readonly Dictionary<string, IReadOnlyList<ModelConfig>> listsByName = [];
    private readonly SortedDictionary<string, string> fromClass;

    private ModelConfig(ModelFields given, ConfigClass? type, string path, SortedDictionary<string, string> fromClass) =>
        (this.given, this.type, this.path, this.fromClass) = (given, type, path, fromClass);

    /// <param name="given">The config's fields.</param>
    /// <param name="modelType">Which family and class read it.</param>
    public ModelConfig(ModelFields given, string modelType)
        : this(given, ConfigClass.Of(modelType), "", new(StringComparer.Ordinal)) => ModelType = modelType;

    /// <summary>An object of another file, which has the place of one in the config.</summary>
    /// <param name="given">Its fields.</param>
    /// <param name="path">The name of the place.</param>
    public static ModelConfig Apart(ModelFields given, string path) => new(given, null, path, new(StringComparer.Ordinal));

    public string ModelType { get; } = "";

    public string Origin => given.Origin;

    /// <summary>Sizes that the class set, by field: 'head_dim 128 (Qwen3Config)'.</summary>
    public IEnumerable<string> FromClass => fromClass.Select(size => $"{size.Key} {size.Value} ({type!.Name})");

    /// <summary>True if the field is given, and not null.</summary>
    public bool Has(string field) => NamesOf(field).Any(given.Has);

    /// <summary>A whole number from 1.</summary>
    public int Count(string field) => Size(field, fields => fields.Count) ?? throw given.Missing(field, "a positive whole number");

    /// <summary>A whole number from 1; what follows from other fields if it is null, or in neither config nor class.</summary>
    public int Count(string field, Func<int> otherwise) => CountOrNull(field) ?? otherwise();

    /// <summary>A whole number from 1; null if it is null, or in neither config nor class.</summary>
    public int? CountOrNull(string field) => IsNull(field) ? null : Size(field, fields => fields.Count);

    /// <summary>A number of layers.</summary>
    public int Layers(string field) => Count(field) is <= ModelSpec.MaximumLayers and var layers
        ? layers
        : throw new InputException($"{Origin}: {field} is {Count(field)}; expected a whole number from 1 to {ModelSpec.MaximumLayers}");

    /// <summary>A multiple of a field, for one that is not given.</summary>
    public int Times(string field, int factor) => Count(field) is var count && count <= int.MaxValue / factor
        ? count * factor
        : throw new InputException($"{Origin}: {field} is {count}; must be at most {int.MaxValue / factor}");

    /// <summary>A field's number shared out among another's.</summary>
    /// <exception cref="InputException">It does not divide evenly.</exception>
    public int Share(string field, string among)
    {
        RequireMultiple(Count(field), field, Count(among), among);
        return Count(field) / Count(among);
    }

    /// <exception cref="InputException">A number is no multiple of another.</exception>
    public void RequireMultiple(int number, string name, int divisor, string divisorName)
    {
        if (divisor < 1 || number % divisor != 0)
            throw new InputException($"{Origin}: {divisorName} {divisor} do not divide {name} {number}; {name} must be a multiple of {divisorName}");
    }

    /// <summary>Accepts a field that says what follows from others.</summary>
    /// <exception cref="InputException">It is given, and says something else.</exception>
    public void RequireSame(string field, int number, string source)
    {
        if (CountOrNull(field) is { } other && other != number)
            throw new InputException($"{Origin}: {field} is {other}, but {source} is {number}; they must be equal");
    }

    /// <summary>A whole number from 0; 0 also if it is null, or in neither config nor class.</summary>
    public int Number(string field) => IsNull(field) ? 0 : Size(field, fields => fields.Number) ?? 0;

    public double Real(string field) => RealOrNull(field) ?? throw given.Missing(field, "a number");

    /// <summary>What a field divides by, as a factor.</summary>
    /// <exception cref="InputException">It is 0.</exception>
    public double Inverse(string field) => Real(field) is not 0 and var divisor
        ? 1 / divisor
        : throw new InputException($"{Origin}: {field} is 0; expected another number");

    public double? RealOrNull(string field) => Find(field) is (var fields, var name) ? fields.Real(name) : null;

    /// <summary>A small positive number, added to a variance.</summary>
    public double Epsilon(string field) => Real(field) is > 0 and < 1 and var epsilon
        ? epsilon
        : throw new InputException($"{Origin}: {field} is {Real(field)}; expected a small positive number such as 1e-5");

    /// <summary>True or false; false if it is in neither config nor class.</summary>
    public bool Flag(string field) => Find(field) is (var fields, var name) && (fields.Flag(name) ?? false);

    /// <summary>A list of words; null if it is null or missing.</summary>
    public IReadOnlyList<string>? Texts(string field) => Find(field) is (var fields, var name) ? fields.Texts(name) : null;

    /// <summary>A list of words, which may stand in lists of their own; empty if it is null or missing.</summary>
    public IReadOnlyList<string> NestedTexts(string field) => Find(field) is (var fields, var name) ? fields.NestedTexts(name) : [];

    public string? Text(string field) => Find(field) is (var fields, var name) ? fields.Text(name) : null;

    /// <summary>True if the field's value is a text.</summary>
    public bool IsText(string field) => Find(field) is (var fields, var name) && fields.Kind(name) == JsonValueKind.String;

    /// <summary>One of these words.</summary>
    public T Word<T>(string field, IReadOnlyDictionary<string, T> words) => Find(field) is (var fields, var name)
        ? words[fields.Word(name, [.. words.Keys])!]
        : throw given.Missing(field, $"one of {string.Join(", ", words.Keys)}");

    /// <summary>A list of words, one for each layer; null if it is null or missing.</summary>
    /// <exception cref="InputException">It has another length.</exception>
    public IReadOnlyList<string>? Words(string field, int length) =>
        Find(field) is (var fields, var name) ? OfLength(field, fields.Texts(name), length) : null;

    /// <summary>The words of each layer, written as runs of them that are repeated.</summary>
    /// <exception cref="InputException">They are fewer or more.</exception>
    public IReadOnlyList<string> Repeated(string field, int length)
    {
        var runs = Find(field) is (var fields, var name) ? fields.Repeats(name) : throw given.Missing(field, "lists of words with a number each");
        var words = runs.SelectMany(run => Enumerable.Repeat(run.Words, run.Times)).SelectMany(run => run).Take(length + 1).ToList();
        return words.Count == length
            ? words
            : throw new InputException($"{Origin}: {Path(field)} is of {(words.Count > length ? "more" : $"{words.Count}")} layers; expected one word for each of the {length} layers");
    }

    /// <summary>A list of whole numbers from 0; null if it is null or missing.</summary>
    public IReadOnlyList<int>? Numbers(string field) => Find(field) is (var fields, var name) ? fields.Numbers(name) : null;

    /// <summary>The same with one number for each layer.</summary>
    /// <exception cref="InputException">It has another length.</exception>
    public IReadOnlyList<int>? Numbers(string field, int length) => Numbers(field) is { } numbers ? OfLength(field, numbers, length) : null;

    /// <summary>A list of numbers; null if it is null or missing.</summary>
    public IReadOnlyList<double>? Reals(string field) => Find(field) is (var fields, var name) ? fields.Reals(name) : null;

    /// <summary>An object in the config, the same one each time, so that what any layer asks of it is asked; null if it is null or missing.</summary>
    public ModelConfig? Object(string field)
    {
        if (objectsByName.TryGetValue(field, out var known))
            return known;
        return Find(field) is (var fields, var name) ? objectsByName[field] = Inner(fields.Object(name), field) : null;
    }

    /// <summary>The objects of a list, one for each layer, the same ones each time; null if it is null or missing.</summary>
    /// <exception cref="InputException">It has another length.</exception>
    public IReadOnlyList<ModelConfig>? Objects(string field, int length)
    {
        if (listsByName.TryGetValue(field, out var known))
            return known;
        return Find(field) is (var fields, var name)
            ? listsByName[field] = [.. OfLength(field, fields.Objects(name), length).Select(element => Inner(element, field))]
            : null;
    }

    /// <summary>Accepts fields that this class does not read, or not for such a model, and those under names that a list cannot have.</summary>
    public void PassOver(params IEnumerable<string> fields) => asked.UnionWith(fields);

    /// <summary>Given fields that were not asked for and that no list says anything of.</summary>
    public IEnumerable<string> Unread => given.Names.Where(name => !asked.Contains(name) && !Ignorable.IsAny(name) && !Ignorable.IsOnly(name)
        && type?.Only.ContainsKey(name) != true && !IsUnread(name));

    /// <summary>True if the class does not read the field, because of others or never.</summary>
    public bool IsUnread(string field) => type?.IsSwitchedOff(given, field) == true;

    /// <summary>True if a field, under any of its names, has been asked for.</summary>
    public bool WasAsked(string name) => asked.Contains(name);

    /// <summary>True if another object does not contradict a field that has been asked for: it says what this one does, or what the class does.</summary>
    public bool Agrees(ModelFields other, string name) => !asked.Contains(name)
        || (given.Has(name) ? other.Repeats(name, given) : type?.Defaults.Has(name) != true || other.Repeats(name, type.Defaults));

    /// <summary>The names of the fields that are given, and not null.</summary>
    public IEnumerable<string> Names => given.Names;

    /// <summary>The kind of a given field's value.</summary>
    public JsonValueKind Kind(string field) => given.Kind(field);

    /// <exception cref="InputException">A field was not asked for and could change the model.</exception>
    public void RefuseUnasked()
    {
        foreach (var name in given.Names.Where(name => !asked.Contains(name) && type?.IsSwitchedOff(given, name) != true))
        {
            if (type?.Only.GetValueOrDefault(name) is { } only)
                given.Require(name, only);
            else
                Ignorable.Require(given, name, Path(name), [.. asked]);
        }
        foreach (var inner in objects)
            inner.RefuseUnasked();
    }

    private string Path(string field) => path.Length == 0 ? field : $"{path}.{field}";

    private ModelConfig Inner(ModelFields fields, string field)
    {
        var inner = new ModelConfig(fields, null, Path(field), fromClass);
        objects.Add(inner);
        return inner;
    }

    private IEnumerable<string> NamesOf(string field) => type?.NamesOf(field) ?? [field];

    /// <summary>True if the config itself says null.</summary>
    private bool IsNull(string field)
    {
        foreach (var name in NamesOf(field))
            asked.Add(name);
        return !Has(field) && NamesOf(field).Any(given.IsNull);
    }

    private int? Size(string field, Func<ModelFields, Func<string, int>> read)
    {
        if (Find(field) is not (var fields, var name))
            return null;
        var size = read(fields)(name);
        if (fields == type?.Defaults)
            fromClass[field] = $"{size}";
        return size;
    }

    /// <summary>Where the field has a value: under one of its names in the config, or in the class.</summary>
    private (ModelFields Fields, string Name)? Find(string field)
    {
        var names = NamesOf(field).ToList();
        asked.UnionWith(names);
        var found = names.FindAll(given.Has);
        foreach (var other in found.Skip(1).Where(other => !given.AreEqual(found[0], other)))
            throw new InputException($"{Origin}: {found[0]} is {given.Shown(found[0])}, but {other} is {given.Shown(other)}; they must be equal");
        return found is [var name, ..] ? (given, name) : type?.Defaults.Has(field) == true ? (type.Defaults, field) : null;
    }

    private IReadOnlyList<T> OfLength<T>(string field, IReadOnlyList<T> list, int length) => list.Count == length
        ? list
        : throw new InputException($"{Origin}: {Path(field)} has {list.Count} elements; expected one for each of the {length} layers");
}
