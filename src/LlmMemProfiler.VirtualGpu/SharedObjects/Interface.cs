namespace LlmMemProfiler.VirtualGpu.SharedObjects;

/// <summary>A programming interface of NVIDIA's: which names are its own, the library that has them, and how it says 'not supported'.</summary>
/// <param name="Prefix">What its names begin with.</param>
/// <param name="Stem">What its library's name begins with.</param>
/// <param name="NotSupported">The number that its functions return where they do not do what is asked.</param>
internal sealed record Interface(string Prefix, string Stem, int NotSupported)
{
    /// <summary>The driver's own libraries, whose names are the same in all releases.</summary>
    public static IReadOnlyList<string> DriverLibraries { get; } = [Driver, "libnvidia-ml.so.1"];

    public const string Driver = "libcuda.so.1";

    /// <summary>A prefix that another one begins with comes after it.</summary>
    /// <remarks>
    /// driver_types.h, nvml.h, cublas_api.h, cudnn_graph.h (9), cufft.h, cusparse.h, cusolver_common.h, curand.h, cupti_result.h, nvrtc.h,
    /// nccl.h and cufile.h. Where an interface has no such number, it is that of an internal error.
    /// </remarks>
    public static IReadOnlyList<Interface> All { get; } =
    [
        new("__cuda", "libcudart.so.", 801),
        new("cuda", "libcudart.so.", 801),
        new("cublasLt", "libcublasLt.so.", 15),
        new("cublas", "libcublas.so.", 15),
        new("cudnn", "libcudnn.so.", 3000),
        new("cufft", "libcufft.so.", 16),
        new("cusparseLt", "libcusparseLt.so.", 10),
        new("cusparse", "libcusparse.so.", 10),
        new("cusolver", "libcusolver.so.", 14),
        new("curand", "libcurand.so.", 999),
        new("cupti", "libcupti.so.", 27),
        new("cuFile", "libcufile.so.", 5001),
        new("nvrtc", "libnvrtc.so.", 11),
        new("nvshmem", "libnvshmem_host.so.", 1),
        new("nccl", "libnccl.so.", 5),
        new("nvml", "libnvidia-ml.so.", 3),
        new("cu", "libcuda.so.", 801),
    ];

    /// <summary>The interface of a function; null if it is none of NVIDIA's.</summary>
    public static Interface? Of(string function) => All.FirstOrDefault(i =>
        function.StartsWith(i.Prefix, StringComparison.Ordinal) && (i.Prefix != "cu" || (function.Length > 2 && char.IsAsciiLetterUpper(function[2]))));

    /// <summary>True for the runtime, whose errors are remembered.</summary>
    public bool IsRuntime => Stem == "libcudart.so.";

    /// <summary>True for a library that a virtual GPU stands in for.</summary>
    public static bool Has(string library) => All.Any(i => library.StartsWith(i.Stem, StringComparison.Ordinal));
}
