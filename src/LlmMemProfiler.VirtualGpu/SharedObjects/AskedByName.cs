namespace LlmMemProfiler.VirtualGpu.SharedObjects;

/// <summary>
/// Functions of the driver that libtorch looks up by name at its first use of expandable segments, all or none, and mostly never calls.
/// Those that are not built say so when they are called.
/// </summary>
/// <remarks>libtorch 2.10, c10/cuda/driver_api.h.</remarks>
internal static class AskedByName
{
    public static IReadOnlyList<string> All { get; } =
    [
        "cuCtxFromGreenCtx", "cuCtxPopCurrent_v2", "cuCtxPushCurrent_v2", "cuDevResourceGenerateDesc", "cuDevSmResourceSplitByCount",
        "cuDeviceGetDevResource", "cuGreenCtxCreate", "cuGreenCtxDestroy", "cuGreenCtxStreamCreate", "cuMemExportToShareableHandle",
        "cuMemImportFromShareableHandle", "cuMemsetD32Async", "cuMulticastAddDevice", "cuMulticastBindMem", "cuMulticastCreate",
        "cuMulticastUnbind", "cuStreamWriteValue32_v2",
    ];
}
