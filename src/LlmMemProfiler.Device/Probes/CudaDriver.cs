using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Device.Probes;

/// <summary>A GPU as described by CUDA's driver.</summary>
/// <param name="Index">CUDA index among the visible GPUs.</param>
/// <param name="Handle">The driver's handle.</param>
/// <param name="Name">For example 'NVIDIA H100 80GB HBM3'.</param>
/// <param name="Uuid">'GPU-…', or 'MIG-…' for a MIG instance.</param>
/// <param name="Total">All memory available through the driver; less than the nominal size.</param>
/// <param name="Capability">Compute capability, such as '9.0'.</param>
/// <param name="Multiprocessors">Number of multiprocessors, which determines how kernels split work.</param>
public sealed record CudaGpu(int Index, int Handle, string Name, string Uuid, ByteSize Total, string Capability, int Multiprocessors);

/// <summary>A GPU's limits and caches; what its driver is too old to tell is null.</summary>
/// <param name="Threads">Most threads that are resident on a multiprocessor.</param>
/// <param name="Registers">32-bit registers of a multiprocessor.</param>
/// <param name="Shared">Shared memory of a multiprocessor.</param>
/// <param name="SharedPerBlock">Most of it that a block gets if it opts in.</param>
/// <param name="L2">Second-level cache.</param>
/// <param name="Ecc">Whether ECC is on.</param>
/// <param name="IsIntegrated">True if its memory is the system's.</param>
public sealed record CudaProperties(int? Threads, int? Registers, ByteSize? Shared, ByteSize? SharedPerBlock, ByteSize? L2, bool? Ecc, bool IsIntegrated);

/// <summary>
/// A dozen functions of CUDA's driver API (cuda.h). Memory is read in the primary context, which libtorch uses too: a separate
/// context would add to the measured memory.
/// </summary>
public sealed unsafe class CudaDriver
{
    public const string Library = "libcuda.so.1";

    private const int AttributeMultiprocessors = 16;
    private const int AttributeIntegrated = 18;
    private const int AttributeEcc = 32;
    private const int AttributeL2 = 38;
    private const int AttributeThreads = 39;
    private const int AttributeMajor = 75;
    private const int AttributeMinor = 76;
    private const int AttributeShared = 81;
    private const int AttributeRegisters = 82;
    private const int AttributeSharedPerBlock = 97;

    private readonly NativeApi api;
    private readonly delegate* unmanaged<nint, int> setCurrent;
    private readonly delegate* unmanaged<nuint*, nuint*, int> memGetInfo;

    private CudaDriver(NativeApi api)
    {
        this.api = api;
        setCurrent = (delegate* unmanaged<nint, int>)api.Export("cuCtxSetCurrent");
        memGetInfo = (delegate* unmanaged<nuint*, nuint*, int>)api.Export("cuMemGetInfo_v2");
        Check(((delegate* unmanaged<uint, int>)api.Export("cuInit"))(0), "cuInit");
    }

    /// <summary>Loads and initializes the driver.</summary>
    /// <param name="reason">Why the driver is unavailable, if the result is null.</param>
    /// <param name="library">Another file, for tests.</param>
    public static CudaDriver? TryLoad(out string? reason, string library = Library) =>
        NativeApi.TryOpen(library, api => new CudaDriver(api), out reason);

    /// <summary>The newest CUDA that the driver supports, such as '13.0'.</summary>
    public string Version
    {
        get
        {
            int version;
            Check(((delegate* unmanaged<int*, int>)api.Export("cuDriverGetVersion"))(&version), "cuDriverGetVersion");
            return string.Create(CultureInfo.InvariantCulture, $"{version / 1000}.{version % 1000 / 10}");
        }
    }

    /// <summary>The visible GPUs.</summary>
    /// <exception cref="DeviceException">A call failed.</exception>
    public IReadOnlyList<CudaGpu> Gpus()
    {
        int count;
        Check(((delegate* unmanaged<int*, int>)api.Export("cuDeviceGetCount"))(&count), "cuDeviceGetCount");
        return [.. Enumerable.Range(0, count).Select(Gpu)];
    }

    /// <summary>What else the driver tells of a GPU.</summary>
    public CudaProperties Properties(CudaGpu gpu)
    {
        return new(
            Known(AttributeThreads), Known(AttributeRegisters), Bytes(AttributeShared), Bytes(AttributeSharedPerBlock), Bytes(AttributeL2),
            Known(AttributeEcc) is { } ecc ? ecc != 0 : null, Known(AttributeIntegrated) is > 0);

        int? Known(int attribute) => TryAttribute(gpu.Handle, attribute, out var value) == 0 ? value : null;

        ByteSize? Bytes(int attribute) => Known(attribute) is { } bytes ? new(bytes) : null;
    }

    /// <summary>Retains the GPU's primary context, creating it if needed.</summary>
    /// <returns>The context, valid until <see cref="ReleasePrimary"/>.</returns>
    public nint RetainPrimary(CudaGpu gpu)
    {
        nint context;
        Check(((delegate* unmanaged<nint*, int, int>)api.Export("cuDevicePrimaryCtxRetain"))(&context, gpu.Handle), "cuDevicePrimaryCtxRetain");
        return context;
    }

    public void ReleasePrimary(CudaGpu gpu) =>
        Check(((delegate* unmanaged<int, int>)api.Export("cuDevicePrimaryCtxRelease_v2"))(gpu.Handle), "cuDevicePrimaryCtxRelease_v2");

    /// <summary>Free and total bytes of the GPU, across all processes.</summary>
    /// <param name="context">From <see cref="RetainPrimary"/>; made current on the calling thread.</param>
    public (ByteSize Free, ByteSize Total) Memory(nint context)
    {
        Check(setCurrent(context), "cuCtxSetCurrent");
        nuint free, total;
        Check(memGetInfo(&free, &total), "cuMemGetInfo_v2");
        return (new((long)free), new((long)total));
    }

    /// <summary>'eager' or 'lazy', by CUDA_MODULE_LOADING or the driver's default; null if the driver is too old to report it.</summary>
    /// <remarks>cuda.h, <c>CUmoduleLoadingMode</c>: 1 eager, 2 lazy.</remarks>
    public string? ModuleLoading
    {
        get
        {
            if (api.ExportOrNull("cuModuleGetLoadingMode") is not (var address and not 0))
                return null;
            int mode;
            Check(((delegate* unmanaged<int*, int>)address)(&mode), "cuModuleGetLoadingMode");
            return mode switch
            {
                1 => "eager",
                2 => "lazy",
                _ => null,
            };
        }
    }

    private CudaGpu Gpu(int index)
    {
        int handle;
        Check(((delegate* unmanaged<int*, int, int>)api.Export("cuDeviceGet"))(&handle, index), "cuDeviceGet");
        var name = stackalloc byte[256];
        Check(((delegate* unmanaged<byte*, int, int, int>)api.Export("cuDeviceGetName"))(name, 256, handle), "cuDeviceGetName");
        var uuid = stackalloc byte[16];
        Check(((delegate* unmanaged<byte*, int, int>)api.Export("cuDeviceGetUuid_v2", "cuDeviceGetUuid"))(uuid, handle), "cuDeviceGetUuid");
        nuint total;
        Check(((delegate* unmanaged<nuint*, int, int>)api.Export("cuDeviceTotalMem_v2"))(&total, handle), "cuDeviceTotalMem_v2");
        var title = Marshal.PtrToStringUTF8((nint)name) ?? "";
        // The driver calls an instance 'NVIDIA A100-SXM4-40GB MIG 1g.5gb', and cuDeviceGetUuid_v2 gives the instance's own id.
        var prefix = title.Contains(" MIG ", StringComparison.Ordinal) ? "MIG-" : "GPU-";
        return new(
            index, handle, title, prefix + new Guid(new ReadOnlySpan<byte>(uuid, 16), bigEndian: true),
            new((long)total), $"{Attribute(handle, AttributeMajor)}.{Attribute(handle, AttributeMinor)}", Attribute(handle, AttributeMultiprocessors));
    }

    private int Attribute(int device, int attribute)
    {
        Check(TryAttribute(device, attribute, out var value), "cuDeviceGetAttribute");
        return value;
    }

    private int TryAttribute(int device, int attribute, out int value)
    {
        int read;
        var result = ((delegate* unmanaged<int*, int, int, int>)api.Export("cuDeviceGetAttribute"))(&read, attribute, device);
        value = read;
        return result;
    }

    private void Check(int result, string call)
    {
        if (result == 0)
            return;
        byte* text = null;
        if (api.ExportOrNull("cuGetErrorString") is var address and not 0)
            ((delegate* unmanaged<int, byte**, int>)address)(result, &text);
        var details = text is null ? "" : $" ({Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text))})";
        throw new DeviceException($"{api.Name}: {call} failed with {result}{details}");
    }
}
