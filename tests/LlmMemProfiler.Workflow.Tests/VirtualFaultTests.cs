using System.Text.Json;

namespace LlmMemProfiler.Workflow.Tests;

/// <summary>A virtual GPU whose calls fail on demand: whatever fails, the record is there, and says which call it was.</summary>
public sealed class VirtualFaultTests(CudaLibTorch libtorch)
{
    private const string Expandable = "PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True";

    private static readonly string[] Tiny = ["run", "tiny", "--prompt", "64", "--new-tokens", "4", "--json"];

    /// <summary>Names as NVIDIA's headers have them. What was seen until then is kept.</summary>
    [Theory]
    [InlineData("cudaLaunchKernel:0:209", "cudaErrorNoKernelImageForDevice")]
    [InlineData("cudaLaunchKernel:110:719", "cudaErrorLaunchFailure", 395_776)]
    [InlineData("cudaLaunchKernel:80:700", "cudaErrorIllegalAddress", 395_776)]
    [InlineData("cudaLaunchKernel:0:214", "cudaErrorECCUncorrectable")]
    [InlineData("cudaLaunchKernel:100:999", "cudaErrorUnknown", 395_776)]
    [InlineData("cudaMalloc:0:999", "cudaErrorUnknown")]
    [InlineData("cudaMemcpyAsync:0:719", "cudaErrorLaunchFailure")]
    [InlineData("cudaMemcpyAsync:3:700", "cudaErrorIllegalAddress")]
    [InlineData("cudaStreamSynchronize:0:719", "cudaErrorLaunchFailure")]
    [InlineData("cudaStreamIsCapturing:0:719", "cudaErrorLaunchFailure")]
    [InlineData("cublasCreate_v2:0:1", "CUBLAS_STATUS_NOT_INITIALIZED")]
    [InlineData("cublasSetStream_v2:0:1", "CUBLAS_STATUS_NOT_INITIALIZED")]
    [InlineData("cublasGemmEx:0:13", "CUBLAS_STATUS_EXECUTION_FAILED")]
    public Task A_call_that_fails_is_in_the_record(string fault, string name, long tensorPeak = 0) => Require(fault, name, tensorPeak);

    /// <summary>TorchSharp asks for no error after it has waited.</summary>
    [Theory]
    [InlineData("cudaDeviceSynchronize:0:719")]
    [InlineData("cudaDeviceSynchronize:1:719")]
    [InlineData("cudaDeviceSynchronize:2:719", 395_776)]
    public Task Work_that_fails_while_it_is_waited_for_is_in_the_record(string fault, long tensorPeak = 0) => Require(fault, "cudaErrorLaunchFailure", tensorPeak);

    /// <summary>libtorch finds no GPU then, and says why only in a warning.</summary>
    [Theory]
    [InlineData("35", "cudaErrorInsufficientDriver")]
    [InlineData("100", "cudaErrorNoDevice")]
    [InlineData("802", "cudaErrorSystemNotReady")]
    public Task A_GPU_that_is_not_found_is_in_the_record(string error, string name) => Require($"cudaGetDeviceCount:0:{error}", name);

    /// <summary>In functions that must not throw, libtorch ends the process; and after a GPU's properties were refused, a second try does.</summary>
    [Theory]
    [InlineData("cudaGetDevice:0:999", "cudaErrorUnknown")]
    [InlineData("cudaGetDevice:1500:999", "cudaErrorUnknown", 395_776)]
    [InlineData("cuDevicePrimaryCtxGetState:0:999", "CUDA_ERROR_UNKNOWN")]
    [InlineData("cudaGetDeviceProperties_v2:0:999", "cudaErrorUnknown")]
    public Task A_call_whose_failure_would_end_the_process_is_in_the_record(string fault, string name, long tensorPeak = 0) => Require(fault, name, tensorPeak);

    /// <summary>libtorch takes all that it cannot map for an out of memory.</summary>
    [Theory]
    [InlineData("cuMemCreate:1:999", "CUDA_ERROR_UNKNOWN")]
    [InlineData("cuMemMap:0:1", "CUDA_ERROR_INVALID_VALUE")]
    public Task A_segment_that_cannot_be_mapped_is_in_the_record(string fault, string name) => Require(fault, name, 0, Expandable);

    [Theory]
    [InlineData("cudaMalloc:0:2", "cudaErrorMemoryAllocation")]
    [InlineData("cublasCreate_v2:0:3", "CUBLAS_STATUS_ALLOC_FAILED")]
    [InlineData("cuMemCreate:0:2", "CUDA_ERROR_OUT_OF_MEMORY", Expandable)]
    [InlineData("cuMemAddressReserve:0:2", "CUDA_ERROR_OUT_OF_MEMORY", Expandable)]
    [InlineData("nvmlInit_v2:0:9", "NVML_ERROR_DRIVER_NOT_LOADED", null, "virtual:h100:20MiB")]
    [InlineData("nvmlDeviceGetComputeRunningProcesses:0:15", "NVML_ERROR_GPU_IS_LOST", null, "virtual:h100:20MiB")]
    public async Task A_fault_of_memory_is_a_result(string fault, string name, string? variable = null, string device = "virtual:h100")
    {
        var record = (await Run(fault, variable, [.. Tiny, "--device", device])).Well().Json;
        Assert.Equal("oom", record.GetProperty("status").GetString());
        RequireError(record, fault, name);
    }

    [Theory]
    [InlineData("cudaMalloc:500:2", "the fault of cudaMalloc never struck: it was called 2 times, and fails after 500")]
    [InlineData("cudaMemsetAsync:0:719", "the fault of cudaMemsetAsync never struck: nobody called it")]
    [InlineData("cublasLtMatmul:0:14", "a fault that libtorch did not report: cublasLtMatmul failed with 14, CUBLAS_STATUS_INTERNAL_ERROR, 12 of 12 times")]
    public async Task A_fault_that_does_not_end_the_run_is_told(string fault, string remark)
    {
        var record = (await Run(fault, null, [.. Tiny, "--device", "virtual:h100"])).Well().Json;
        Assert.Equal(remark, Assert.Single(record.GetProperty("remarks").EnumerateArray()).GetString());
        Assert.False(record.TryGetProperty("device_error", out _));
    }

    /// <summary>The first point launches fewer kernels than succeed, the others more.</summary>
    [Fact]
    public async Task A_sweep_goes_on_after_a_launch_failure_and_ends_where_the_device_is_lost()
    {
        using var folder = new TemporaryFolder();
        var plan = folder.With("plan.json", """{ "grids": [{ "model": "tiny", "prompt": 16, "new_tokens": [1, 8, 9] }] }""");
        var (failing, losing) = (Path.Combine(folder.Path, "failing"), Path.Combine(folder.Path, "losing"));
        string[] sweep = ["sweep", plan, "--device", "virtual:h100", "--no-skip", "--json", "--out"];

        var failed = await Run("cudaLaunchKernel:150:719", null, [.. sweep, failing]);
        Assert.True(failed.Code == 1, failed.Error);
        Assert.Equal(["ok", "failed", "failed"], Statuses(failing));
        Assert.Contains("2 of 3 points failed", failed.Error, StringComparison.Ordinal);

        var lost = await Run("cudaLaunchKernel:150:999", null, [.. sweep, losing]);
        Assert.True(lost.Code == 1, lost.Error);
        Assert.Equal(["ok", "failed"], Statuses(losing));
        Assert.StartsWith("device lost at point 2 of 3 (CUDA error: unknown error", lost.Json.GetProperty("device_lost").GetString(), StringComparison.Ordinal);
        Assert.Contains("device lost at point 2 of 3", lost.Error, StringComparison.Ordinal);

        var back = (await Run("", null, [.. sweep, losing, "--resume"])).Well().Json;
        Assert.Equal(["ok", "failed", "ok", "ok"], Statuses(losing));
        Assert.Equal(1, back.GetProperty("counts").GetProperty("before").GetInt32());

        static IEnumerable<string?> Statuses(string output) => File.ReadAllLines(Path.Combine(output, "results.jsonl"))
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("cudaMaloc:0:2", "did you mean cudaMalloc?")]
    [InlineData("nosuchcallatall:0:2", "must be a function of CUDA's libraries that this libtorch may call, such as cudaLaunchKernel")]
    public async Task A_fault_of_nothing_is_refused(string fault, string hint) =>
        (await Run(fault, null, [.. Tiny, "--device", "virtual:h100"])).Badly(2, hint);

    private async Task Require(string fault, string name, long tensorPeak = 0, string? variable = null)
    {
        using var folder = new TemporaryFolder();
        var ended = await Run(fault, variable, [.. Tiny, "--device", "virtual:h100", "--out", folder.Path]);
        Assert.True(ended.Code == 3, $"exit code {ended.Code}: {ended.Error}");
        Assert.Equal("failed", ended.Json.GetProperty("status").GetString());
        RequireError(ended.Json, fault, name);
        Assert.Contains(name, ended.Json.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(tensorPeak, ended.Json.GetProperty("measured").GetProperty("tensor_peak_bytes").GetInt64());
        var kept = JsonDocument.Parse(Assert.Single(File.ReadAllLines(Path.Combine(folder.Path, "results.jsonl")))).RootElement;
        Assert.Equal(ended.Json.GetProperty("run_id").GetString(), kept.GetProperty("run_id").GetString());
    }

    private static void RequireError(JsonElement record, string fault, string name)
    {
        var (parts, error) = (fault.Split(':'), record.GetProperty("device_error"));
        Assert.Equal(
            (parts[0], parts[2], name),
            (error.GetProperty("call").GetString(), error.GetProperty("code").ToString(), error.GetProperty("name").GetString()));
    }

    private Task<Ended> Run(string fault, string? variable, string[] arguments)
    {
        Assert.SkipUnless(libtorch.Missing is null, libtorch.Missing ?? "");
        return Llmmem.Run(Llmmem.Command([.. arguments, "--libtorch", libtorch.Libraries]).WithEnvironmentVariables(e =>
        {
            e.Set("LLMMEM_LIBTORCH", null).Set("LD_LIBRARY_PATH", null).Set("COLUMNS", "400").Set("LLMMEM_VIRTUAL_FAULT", fault);
            if (variable?.Split('=') is [var name, var value])
                e.Set(name, value);
        }));
    }
}
