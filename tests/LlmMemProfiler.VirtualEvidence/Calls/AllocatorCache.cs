using System.Runtime.InteropServices;

namespace LlmMemProfiler.VirtualEvidence.Calls;

/// <summary>The cache of libtorch's allocator, emptied as <c>torch.cuda.empty_cache</c> does.</summary>
/// <remarks><c>c10::DeviceAllocator</c>, c10/core/CachingDeviceAllocator.h, as of 2.10: the vtable's entry after <c>initialized</c>; takes a pool's two numbers.</remarks>
internal static unsafe class AllocatorCache
{
    private const int EmptyCache = 0x38;
    private const sbyte Cuda = 1;

    public static void Empty(string libtorch)
    {
        var get = (delegate* unmanaged<sbyte*, nint>)NativeLibrary.GetExport(NativeLibrary.Load(Path.Combine(libtorch, "libc10.so")), "_ZN3c1012GetAllocatorERKNS_10DeviceTypeE");
        var type = Cuda;
        var allocator = get(&type);
        ((delegate* unmanaged<nint, ulong, ulong, void>)(*(nint*)(*(nint*)allocator + EmptyCache)))(allocator, 0, 0);
    }
}
