namespace LlmMemProfiler.Device.Hook;

/// <summary>A device in libtorch's reports: <c>c10::Device</c>, two bytes.</summary>
/// <param name="Type">0 CPU, 1 CUDA.</param>
/// <param name="Index">CUDA index; −1 for the CPU.</param>
public readonly record struct HookDevice(sbyte Type, sbyte Index)
{
    public static HookDevice Cpu => new(0, -1);

    public static HookDevice Cuda(int index) => new(1, checked((sbyte)index));

    internal ushort Packed => unchecked((ushort)((byte)Type | ((byte)Index << 8)));
}
