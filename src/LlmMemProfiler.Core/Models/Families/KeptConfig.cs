using System.Text;
using System.Text.Json;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>A config inside of a record or a message, from which its model can be read again.</summary>
public static class KeptConfig
{
    /// <summary>As for files of models.</summary>
    private const int MostCharacters = 1 << 20;

    /// <summary>A config on one line, without the fields that cannot change its model: models that differ in them alone are one model.</summary>
    /// <param name="config">The config.</param>
    /// <param name="modelType">What reads it.</param>
    internal static string Of(JsonElement config, string modelType)
    {
        var type = ConfigClass.Of(modelType);
        return Written(json =>
        {
            json.WriteStartObject();
            foreach (var field in config.EnumerateObject().Where(field => field.Name is "model_type" or "architectures" || type.Reads(field.Name) || !Ignorable.IsAny(field.Name)))
                field.WriteTo(json);
            json.WriteEndObject();
        });
    }

    /// <summary>JSON on one line, numbers as they stand.</summary>
    internal static string OnOneLine(JsonElement element) => Written(element.WriteTo);

    /// <summary>The model of a config, as it is run: in the compute type, however its checkpoint keeps it.</summary>
    /// <param name="config">The config.</param>
    /// <param name="name">The model's name.</param>
    /// <exception cref="InputException">It is no config of a model, or too long.</exception>
    public static ModelSpec Read(string config, string name) => config.Length <= MostCharacters
        ? ModelFile.Read(Encoding.UTF8.GetBytes(config), $"config of {ModelFields.Plain(name)}", name) with { Name = name, Quantization = null }
        : throw new InputException($"config of {ModelFields.Plain(name)}: has {config.Length} characters; must have at most {MostCharacters}");

    private static string Written(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
            write(json);
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
