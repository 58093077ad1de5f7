using System.Buffers.Binary;
using System.Runtime.InteropServices;
using static LlmMemProfiler.VirtualGpu.Tests.Exports.LoadedStandIn;

namespace LlmMemProfiler.VirtualGpu.Tests.Exports;

/// <summary>Through the loaded libraries, as programs call them.</summary>
[Collection(nameof(AloneWithTheDevices))]
public sealed unsafe class CudartTests
{
    [Fact]
    public void Memory_is_allocated_written_read_and_freed()
    {
        nint at;
        long written = 0x0123456789ABCDEF, read = 0;
        Assert.Equal(0, Cudart("cudaMalloc", (nint)(&at), 4096));
        Assert.Equal(0, Cudart("cudaMemcpy", at + 100, (nint)(&written), 8, 1));
        Assert.Equal(0, Cudart("cudaMemcpy", (nint)(&read), at + 100, 8, 2));
        Assert.Equal(written, read);
        Assert.Equal(0, Cudart("cudaFree", at));
        Assert.Equal(1, Cudart("cudaFree", at));
        Assert.Equal(1, Cudart("cudaGetLastError"));
        Assert.Equal(0, Cudart("cudaGetLastError"));
    }

    [Fact]
    public void More_than_there_is_is_out_of_memory()
    {
        nint at = 1;
        Assert.Equal(2, Cudart("cudaMalloc", (nint)(&at), (nint)Total.Bytes + 1));
        Assert.Equal(0, at);
        Assert.Equal(2, Cudart("cudaMalloc", (nint)(&at), -1));
        Assert.Equal("out of memory", Marshal.PtrToStringUTF8(((delegate* unmanaged<int, nint>)Find("libcudart.so.12", "cudaGetErrorString"))(2)));
        _ = Cudart("cudaGetLastError");
    }

    /// <summary>Offsets as two releases of driver_types.h have them.</summary>
    [Theory]
    [InlineData("cudaGetDeviceProperties_v2", 388, 640, 696, 616, 1032)]
    [InlineData("cudaGetDeviceProperties", 384, 624, 672, 596, 1008)]
    public void Properties_are_those_of_the_card(string function, int multiprocessors, int shared, int optIn, int cache, int size)
    {
        var bytes = Enumerable.Repeat((byte)0xEE, size + 8).ToArray();
        fixed (byte* first = bytes)
            Assert.Equal(0, Cudart(function, (nint)first, 1));
        Assert.Equal("NVIDIA H100 80GB HBM3", Marshal.PtrToStringUTF8(Pinned(bytes)));
        Assert.Equal(Total.Bytes, BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(288)));
        Assert.Equal((132, 9), (At(multiprocessors), At(360)));
        Assert.Equal((233_472, 232_448, 50 << 20), (At(shared), At(optIn), At(cache)));
        Assert.All(bytes[size..], b => Assert.Equal(0xEE, b));

        int At(int offset) => BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(offset));
    }

    [Fact]
    public void Each_thread_has_a_device_and_an_error_of_its_own()
    {
        int device;
        Assert.Equal(0, Cudart("cudaSetDevice", 1));
        Assert.Equal(101, Cudart("cudaSetDevice", 2));
        var thread = new Thread(() =>
        {
            int other;
            Assert.Equal(0, Cudart("cudaGetDevice", (nint)(&other)));
            Assert.Equal((0, 0), (other, Cudart("cudaPeekAtLastError")));
        });
        thread.Start();
        thread.Join();
        Assert.Equal(0, Cudart("cudaGetDevice", (nint)(&device)));
        Assert.Equal((1, 101), (device, Cudart("cudaGetLastError")));
        Cudart("cudaSetDevice", 0);
    }

    [Fact]
    public void A_stream_captures_until_it_ends()
    {
        nint stream, graph, executable;
        int isCapturing;
        Assert.Equal(0, Cudart("cudaStreamCreateWithPriority", (nint)(&stream), 0, -1));
        Assert.Equal(900, Cudart("cudaStreamBeginCapture", 0, 0));
        Assert.Equal(0, Cudart("cudaStreamBeginCapture", stream, 0));
        Assert.Equal((0, 1), (Cudart("cudaStreamIsCapturing", stream, (nint)(&isCapturing)), isCapturing));
        Assert.Equal(0, Cudart("cudaStreamEndCapture", stream, (nint)(&graph)));
        Assert.Equal((0, 0), (Cudart("cudaStreamIsCapturing", stream, (nint)(&isCapturing)), isCapturing));
        Assert.Equal(0, Cudart("cudaGraphInstantiate", (nint)(&executable), graph));
        Assert.Equal(0, Cudart("cudaGraphLaunch", executable, stream));
        Assert.Equal(0, Cudart("cudaStreamDestroy", stream));
        Assert.Equal(400, Cudart("cudaStreamSynchronize", stream));
        _ = Cudart("cudaGetLastError");
    }

    [Fact]
    public void The_drivers_functions_are_found_in_their_newest_form()
    {
        Assert.Equal((0, Find("libcuda.so.1", "cuMemGetInfo_v2")), Asked("cuMemGetInfo"));
        Assert.Equal((0, Find("libcuda.so.1", "cuMulticastCreate")), Asked("cuMulticastCreate"));
        Assert.Equal((1, 0), Asked("cuNobodyKnows"));
    }

    [Fact]
    public void What_is_not_built_fails_as_its_interface_does()
    {
        Assert.Equal(801, Cudart("cudaNobodyBuilt"));
        Assert.Equal(801, Cudart("cudaGetLastError"));
        Assert.Equal(5, Call(Find("libnccl.so.2", "ncclAllReduce")));
        Assert.Equal(801, Call(Find("libcuda.so.1", "cuMulticastCreate")));
    }

    private static (int Status, nint Function) Asked(string name)
    {
        nint function;
        int status;
        fixed (byte* text = System.Text.Encoding.ASCII.GetBytes(name + '\0'))
            Assert.Equal(0, Cudart("cudaGetDriverEntryPoint", (nint)text, (nint)(&function), 0, (nint)(&status)));
        return (status, function);
    }

    private static nint Pinned(byte[] bytes)
    {
        var text = Marshal.AllocHGlobal(bytes.Length);
        Marshal.Copy(bytes, 0, text, bytes.Length);
        return text;
    }
}
