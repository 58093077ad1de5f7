using System.Globalization;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.VirtualEvidence.Points;

/// <summary>Options of the caching allocator that are simulated, and variables that choose cuBLAS's workspaces and paths.</summary>
internal sealed class SettingsDraw
{
    /// <summary>What may be set where the process is started, and must not be.</summary>
    public static IReadOnlyList<string> Foreign { get; } =
    [
        "PYTORCH_CUDA_ALLOC_CONF", "PYTORCH_HIP_ALLOC_CONF", "PYTORCH_ALLOC_CONF", "CUBLAS_WORKSPACE_CONFIG", "CUBLASLT_WORKSPACE_SIZE",
        "TORCH_CUBLASLT_UNIFIED_WORKSPACE", "DISABLE_ADDMM_CUDA_LT", "TORCH_BLAS_PREFER_CUBLASLT", "TORCH_CUDNN_SDPA_PREFERRED",
        "TORCH_CUDNN_SDPA_DEPRIORITIZED", "CUDA_VISIBLE_DEVICES", "LLMMEM_VIRTUAL_FAULT", "LD_LIBRARY_PATH",
    ];

    private readonly Draws draws;
    private readonly List<string> options = [];
    private readonly Dictionary<string, string> variables = [];
    private readonly List<string> names = [];

    public SettingsDraw(Draws draws, ByteSize total)
    {
        this.draws = draws;
        // Half of the processes are as most people run them.
        if (draws.Chance(0.55))
            DrawOptions(total);
        if (draws.Chance(0.5))
            DrawVariables();
    }

    public IReadOnlyDictionary<string, string> Variables => variables;

    public IReadOnlyList<string> Names => names;

    private void DrawOptions(ByteSize total)
    {
        Option(0.4, "expandable_segments", () => "True");
        Option(0.35, "max_split_size_mb", () => Number(draws.Spread(20, 400)));
        Option(0.2, "max_non_split_rounding_mb", () => Number(draws.Spread(20, 400)));
        Option(0.35, "roundup_power2_divisions", Divisions);
        // Of megabytes, so that points come to the limit; and of a threshold below it.
        Option(0.3, "per_process_memory_fraction", () => Number(draws.Spread(60, 4_000) * (double)ByteSize.MiB / total.Bytes));
        Option(0.35, "garbage_collection_threshold", () => Number(draws.From(5, 95) / 100.0));
        Option(0.05, "pinned_use_background_threads", () => "True");
        if (options.Count > 0)
            variables[draws.Of("PYTORCH_CUDA_ALLOC_CONF", "PYTORCH_ALLOC_CONF")] = string.Join(',', options);
    }

    private void DrawVariables()
    {
        Variable(0.35, "CUBLAS_WORKSPACE_CONFIG", ":4096:8", ":16:8", ":4096:2:16:8", ":0:0", ":32768:1", ":100:3");
        Variable(0.35, "CUBLASLT_WORKSPACE_SIZE", "1", "100", "1024", "4096", "16384", "32768");
        Variable(0.3, "TORCH_CUBLASLT_UNIFIED_WORKSPACE", "0", "1");
        Variable(0.2, "DISABLE_ADDMM_CUDA_LT", "1");
        // Which needs a workspace.
        var isNothingShared = variables.GetValueOrDefault("CUBLAS_WORKSPACE_CONFIG") == ":0:0" && variables.GetValueOrDefault("TORCH_CUBLASLT_UNIFIED_WORKSPACE") == "1";
        if (draws.Chance(0.3) && !isNothingShared)
            Set("TORCH_BLAS_PREFER_CUBLASLT", "1");
    }

    private string Divisions()
    {
        if (draws.Chance(0.5))
            return Number(draws.Of(1, 2, 4, 8, 16));
        var parts = Enumerable.Range(0, 11).Where(_ => draws.Chance(0.4)).Select(power => $"{1 << power}:{draws.Of(1, 2, 4, 8)}").Append($">:{draws.Of(1, 2, 4)}");
        return $"[{string.Join(',', parts)}]";
    }

    private void Option(double likely, string name, Func<string> value)
    {
        if (!draws.Chance(likely))
            return;
        options.Add($"{name}:{value()}");
        names.Add(name);
    }

    private void Variable(double likely, string name, params string[] values)
    {
        if (draws.Chance(likely))
            Set(name, values);
    }

    private void Set(string name, params string[] values)
    {
        variables[name] = draws.Of(values);
        names.Add(name);
    }

    private static string Number(double number) => Math.Min(number, 1).ToString("0.########", CultureInfo.InvariantCulture);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
