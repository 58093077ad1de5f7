using System.Text.Json;
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
        using var document = JsonDocument.Parse(stream);
        return [.. document.RootElement.GetProperty("gpus").EnumerateArray().Select(Model)];
    }

    private static GpuModel Model(JsonElement gpu)
    {
        var total = gpu.GetProperty("total_bytes");
        return new(
            gpu.GetProperty("name").GetString()!,
            ComputeCapability.Parse(gpu.GetProperty("capability").GetString()!, Resource),
            gpu.GetProperty("multiprocessors").GetInt32(),
            total.ValueKind == JsonValueKind.Null ? null : new ByteSize(total.GetInt64()));
    }
}
