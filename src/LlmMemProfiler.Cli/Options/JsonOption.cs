using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using LlmMemProfiler.Calibration.Accuracy;
using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Harness.Sweeps;

namespace LlmMemProfiler.Cli.Options;

/// <summary>--json: prints one JSON document on stdout; everything else goes to stderr.</summary>
internal sealed class JsonOption() : Option<bool>("--json")
{
    private static readonly JsonSerializerOptions IndentedOptions = new(RecordJson.Default.Options)
    {
        WriteIndented = true,
        TypeInfoResolver = JsonTypeInfoResolver.Combine(RecordJson.Default, ProfileJson.Default, AccuracyJson.Default, SweepJson.Default, GpuTableJson.Default),
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static JsonOption Create() => new() { Description = "Print one JSON document to stdout; everything else goes to stderr" };

    /// <summary>Prints a record.</summary>
    public static void Print<T>(TextWriter output, T record) =>
        output.WriteLine(JsonSerializer.Serialize(record, Indented<T>()));

    /// <summary>Indented JSON; source-generated, without reflection.</summary>
    public static JsonTypeInfo<T> Indented<T>() => (JsonTypeInfo<T>)IndentedOptions.GetTypeInfo(typeof(T));
}
