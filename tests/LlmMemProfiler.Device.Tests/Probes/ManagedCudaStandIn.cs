// What the adapter uses of ManagedCuda 12, by its public signatures (ManagedCUDA/PrimaryContext.cs, CudaContext.cs and BasicTypes of
// github.com/kunzmi/managedCuda): the adapter is compiled against it here, since its package is not restored unless asked for.
#pragma warning disable CA1032, CA1063 // As the original has them.
using ManagedCuda.BasicTypes;

namespace ManagedCuda;

public class CudaException(string message) : Exception(message);

public class CudaContext : IDisposable
{
    private bool isCurrent;

    /// <summary>What a test sets: total and free bytes by the GPU's number.</summary>
    public static Dictionary<int, (ulong Total, ulong Free)> Gpus { get; } = [];

    public static int Open { get; private set; }

    protected CudaContext(int deviceId)
    {
        if (!Gpus.ContainsKey(deviceId))
            throw new CudaException("ErrorInvalidDevice: This indicates that the device ordinal is not valid.\nMore.");
        Device = deviceId;
        Open++;
    }

    protected int Device { get; }

    public void SetCurrent() => isCurrent = true;

    public string GetDeviceName() => $"GPU {Device}";

    public SizeT GetFreeDeviceMemorySize() => new(Current().Free);

    public SizeT GetTotalDeviceMemorySize() => new(Current().Total);

    public void Dispose()
    {
        Open--;
        GC.SuppressFinalize(this);
    }

    private (ulong Total, ulong Free) Current() => isCurrent ? Gpus[Device] : throw new CudaException("ErrorInvalidContext");
}

public class PrimaryContext(int deviceId) : CudaContext(deviceId);
