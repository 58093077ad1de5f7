using System.Runtime.InteropServices;
using LlmMemProfiler.VirtualGpu.Hardware;

namespace LlmMemProfiler.VirtualGpu.Exports;

/// <summary>cuBLASLt: descriptions are kept as objects without content, and any product has one way to be computed.</summary>
/// <remarks>cublasLt.h; its handles are cuBLAS's.</remarks>
internal static unsafe class CublasLt
{
    /// <summary>cublasLt.h, <c>cublasLtMatmulHeuristicResult_t</c>: algorithm (64 bytes), workspace, state, waves, and 16 bytes more.</summary>
    private const int ResultBytes = 96;

    private const int WavesAt = 76;

    [UnmanagedCallersOnly(EntryPoint = "cublasLtMatmul")]
    private static int Product(void* handle, void* description) =>
        Caller.Objects.Find(handle, ObjectKind.Library) is null ? Cublas.NotInitialized : With(description);

    [UnmanagedCallersOnly(EntryPoint = "cublasLtMatmulDescCreate")]
    private static int CreateProduct(void** description, int compute, int scale) => Create(description);

    [UnmanagedCallersOnly(EntryPoint = "cublasLtMatmulDescDestroy")]
    private static int DestroyProduct(void* description) => Destroy(description);

    [UnmanagedCallersOnly(EntryPoint = "cublasLtMatmulDescSetAttribute")]
    private static int SetProduct(void* description, int attribute, void* value, nuint bytes) => With(description);

    [UnmanagedCallersOnly(EntryPoint = "cublasLtMatmulPreferenceCreate")]
    private static int CreatePreference(void** description) => Create(description);

    [UnmanagedCallersOnly(EntryPoint = "cublasLtMatmulPreferenceDestroy")]
    private static int DestroyPreference(void* description) => Destroy(description);

    [UnmanagedCallersOnly(EntryPoint = "cublasLtMatmulPreferenceSetAttribute")]
    private static int SetPreference(void* description, int attribute, void* value, nuint bytes) => With(description);

    [UnmanagedCallersOnly(EntryPoint = "cublasLtMatrixLayoutCreate")]
    private static int CreateLayout(void** description, int type, ulong rows, ulong columns, long stride) => Create(description);

    [UnmanagedCallersOnly(EntryPoint = "cublasLtMatrixLayoutDestroy")]
    private static int DestroyLayout(void* description) => Destroy(description);

    [UnmanagedCallersOnly(EntryPoint = "cublasLtMatrixLayoutSetAttribute")]
    private static int SetLayout(void* description, int attribute, void* value, nuint bytes) => With(description);

    [UnmanagedCallersOnly(EntryPoint = "cublasLtMatmulAlgoGetHeuristic")]
    private static int Choose(
        void* handle, void* product, void* a, void* b, void* c, void* d, void* preference, int wanted, byte* results, int* count)
    {
        if (Caller.Objects.Find(handle, ObjectKind.Library) is null)
            return Cublas.NotInitialized;
        if (wanted < 1 || Caller.IsNoPlace(results) || Caller.IsNoPlace(count) || With(product) != 0)
            return Cublas.InvalidValue;
        new Span<byte>(results, ResultBytes).Clear();
        *(float*)(results + WavesAt) = 1;
        *count = 1;
        return 0;
    }

    private static int With(void* description) =>
        Caller.Objects.Find(description, ObjectKind.Description) is null ? Cublas.InvalidValue : 0;

    private static int Create(void** description)
    {
        if (Caller.IsNoPlace(description))
            return Cublas.InvalidValue;
        *description = Caller.Objects.Add(ObjectKind.Description);
        return *description is null ? Cublas.AllocationFailed : 0;
    }

    private static int Destroy(void* description) => Caller.Objects.Remove(description, ObjectKind.Description) ? 0 : Cublas.InvalidValue;
}
