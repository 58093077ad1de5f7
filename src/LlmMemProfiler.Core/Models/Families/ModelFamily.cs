namespace LlmMemProfiler.Core.Models.Families;

/// <summary>
/// Models that one file of transformers (or of their own repository) describes. A family is one class, which reads a config into a
/// <see cref="ModelSpec"/>; the defaults of its config classes are data, in <c>Classes</c>. Nothing else has to know it.
/// </summary>
internal abstract class ModelFamily
{
    /// <summary>All families, by <c>model_type</c>.</summary>
    public static IReadOnlyDictionary<string, ModelFamily> All { get; } =
        (from type in typeof(ModelFamily).Assembly.GetTypes()
         where type.IsSubclassOf(typeof(ModelFamily)) && !type.IsAbstract
         let family = (ModelFamily)Activator.CreateInstance(type)!
         from name in family.ModelTypes
         select (Name: name, Family: family)).ToDictionary(family => family.Name, family => family.Family, StringComparer.Ordinal);

    /// <summary>The values of <c>model_type</c> that it reads.</summary>
    public abstract IReadOnlyList<string> ModelTypes { get; }

    /// <summary>Fields that together tell a config of it that names no <c>model_type</c>; empty if all of its configs do.</summary>
    public virtual IReadOnlyList<string> Marks => [];

    /// <summary>The <c>model_type</c> of a config that names none; null if it cannot be told.</summary>
    public static string? TypeOf(ModelFields fields) =>
        All.FirstOrDefault(family => family.Value.Marks.Count > 0 && family.Value.Marks.All(fields.Has)).Key;

    /// <summary>Reads a config.</summary>
    /// <param name="config">The config.</param>
    /// <param name="name">The model's name.</param>
    /// <exception cref="InputException">A field is missing without a default, out of range, or not what the family knows.</exception>
    public abstract ModelSpec Read(ModelConfig config, string name);
}
