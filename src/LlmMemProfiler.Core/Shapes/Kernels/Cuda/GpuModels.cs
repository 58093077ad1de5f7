using System.Text.Json;
using LlmMemProfiler.Core.Files;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Shapes.Kernels.Cuda;

/// <summary>Known GPUs: <c>profiles/gpus.json</c>, embedded in the program.</summary>
public static class GpuModels
{
    private const string Resource = "gpus.json";

    public static IReadOnlyList<GpuModel> All { get; } = Read();

    /// <summary>A GPU by short name, in any case; null if unknown.</summary>
    public static GpuModel? Find(string name) => All.FirstOrDefault(gpu => gpu.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The GPU that a driver's name stands for, such as 'NVIDIA A100-SXM4-40GB'; null if unknown.</summary>
    public static GpuModel? OfDriver(string driverName)
    {
        var words = driverName.ToLowerInvariant().Split([' ', '-']);
        // A laptop's GPU shares its name with another card.
        if (words.Contains("laptop"))
            return null;
        // Of 'h100' and 'h100-pcie', the one that says more.
        return All
            .Where(gpu => gpu.Name.Split('-').All(part => words.Contains(part) || words.Contains(part + "gb")))
            .MaxBy(gpu => gpu.Name.Length);
    }

    private static IReadOnlyList<GpuModel> Read()
    {
        using var stream = typeof(GpuModels).Assembly.GetManifestResourceStream(Resource)!;
        var json = new byte[stream.Length];
        stream.ReadExactly(json);
        return Read(json);
    }

    /// <summary>Reads a list of GPUs.</summary>
    /// <exception cref="InputException">It is none, a field is missing or out of range, or a name stands twice.</exception>
    internal static IReadOnlyList<GpuModel> Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            StrictJson.Require(json.Span);
            using var document = JsonDocument.Parse(json, new() { AllowDuplicateProperties = false });
            IReadOnlyList<GpuModel> models = [.. document.RootElement.GetProperty("gpus").EnumerateArray().Select(Model)];
            return models.GroupBy(gpu => gpu.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { } twice
                ? throw new JsonException($"'{twice.Key}' stands twice")
                : models;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InputException($"{Resource}: not a list of GPUs ({e.Message.Split(" LineNumber:")[0].TrimEnd('.')}); must be like profiles/gpus.json", e);
        }
    }

    private static GpuModel Model(JsonElement gpu)
    {
        var (name, total) = (gpu.GetProperty("name").GetString(), gpu.GetProperty("total_bytes"));
        var model = new GpuModel(
            name ?? "",
            ComputeCapability.Parse(gpu.GetProperty("capability").GetString() ?? "", Resource),
            gpu.GetProperty("multiprocessors").GetInt32(),
            total.ValueKind == JsonValueKind.Null ? null : new ByteSize(total.GetInt64()));
        return string.IsNullOrWhiteSpace(name) || model.Multiprocessors < 1 || model.Total is { Bytes: < 1 }
            ? throw new FormatException($"'{name}' has no name, no multiprocessors or no memory")
            : model;
    }
}
