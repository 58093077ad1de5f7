using System.Runtime.InteropServices;
using LlmMemProfiler.VirtualGpu.Hardware;

namespace LlmMemProfiler.VirtualGpu.Exports;

/// <summary>cuBLAS: products that compute nothing. Only the handle, their first argument, is looked at.</summary>
/// <remarks>cublas_api.h, <c>cublasStatus_t</c>.</remarks>
internal static unsafe class Cublas
{
    public const int NotInitialized = 1;
    public const int AllocationFailed = 3;
    public const int InvalidValue = 7;

    [UnmanagedCallersOnly(EntryPoint = "cublasCreate_v2")]
    private static int Create(void** handle)
    {
        if (Caller.IsNoPlace(handle))
            return InvalidValue;
        *handle = Caller.Objects.Add(ObjectKind.Library);
        return *handle is null ? AllocationFailed : 0;
    }

    [UnmanagedCallersOnly(EntryPoint = "cublasDestroy_v2")]
    private static int Destroy(void* handle) => Caller.Objects.Remove(handle, ObjectKind.Library) ? 0 : NotInitialized;

    [UnmanagedCallersOnly(EntryPoint = "cublasSetStream_v2")]
    private static int SetStream(void* handle, void* stream) => Caller.IsStream(stream) ? With(handle) : InvalidValue;

    [UnmanagedCallersOnly(EntryPoint = "cublasSetWorkspace_v2")]
    private static int SetWorkspace(void* handle, byte* workspace, nuint bytes) =>
        workspace is null || Caller.Memory.Require(workspace, bytes) == Outcome.Ok ? With(handle) : InvalidValue;

    [UnmanagedCallersOnly(EntryPoint = "cublasSetMathMode")]
    private static int SetMathMode(void* handle, int mode) => Set(handle, &Mode, mode);

    [UnmanagedCallersOnly(EntryPoint = "cublasGetMathMode")]
    private static int GetMathMode(void* handle, int* mode) => Get(handle, &Mode, mode);

    [UnmanagedCallersOnly(EntryPoint = "cublasSetPointerMode_v2")]
    private static int SetPointerMode(void* handle, int mode) => Set(handle, &PointerMode, mode);

    [UnmanagedCallersOnly(EntryPoint = "cublasGetPointerMode_v2")]
    private static int GetPointerMode(void* handle, int* mode) => Get(handle, &PointerMode, mode);

    [UnmanagedCallersOnly(EntryPoint = "cublasGemmEx")]
    private static int Product(void* handle) => With(handle);

    [UnmanagedCallersOnly(EntryPoint = "cublasGemmStridedBatchedEx")]
    private static int Products(void* handle) => With(handle);

    [UnmanagedCallersOnly(EntryPoint = "cublasSgemm_v2")]
    private static int SingleProduct(void* handle) => With(handle);

    [UnmanagedCallersOnly(EntryPoint = "cublasSgemmEx")]
    private static int SingleProductOfOthers(void* handle) => With(handle);

    [UnmanagedCallersOnly(EntryPoint = "cublasSgemmStridedBatched")]
    private static int SingleProducts(void* handle) => With(handle);

    [UnmanagedCallersOnly(EntryPoint = "cublasDgemm_v2")]
    private static int DoubleProduct(void* handle) => With(handle);

    [UnmanagedCallersOnly(EntryPoint = "cublasDgemmStridedBatched")]
    private static int DoubleProducts(void* handle) => With(handle);

    [UnmanagedCallersOnly(EntryPoint = "cublasSgemv_v2")]
    private static int SingleVector(void* handle) => With(handle);

    [UnmanagedCallersOnly(EntryPoint = "cublasDgemv_v2")]
    private static int DoubleVector(void* handle) => With(handle);

    private static int With(void* handle) => Caller.Objects.Find(handle, ObjectKind.Library) is null ? NotInitialized : 0;

    private static ref int Mode(DeviceObject* handle) => ref handle->Number;

    private static ref int PointerMode(DeviceObject* handle) => ref *(int*)&handle->Value;

    private static int Set(void* handle, delegate*<DeviceObject*, ref int> place, int mode)
    {
        var found = Caller.Objects.Find(handle, ObjectKind.Library);
        if (found is null)
            return NotInitialized;
        place(found) = mode;
        return 0;
    }

    private static int Get(void* handle, delegate*<DeviceObject*, ref int> place, int* mode)
    {
        var found = Caller.Objects.Find(handle, ObjectKind.Library);
        if (found is null)
            return NotInitialized;
        if (Caller.IsNoPlace(mode))
            return InvalidValue;
        *mode = place(found);
        return 0;
    }
}
