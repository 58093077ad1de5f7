using System.Reflection;
using System.Runtime.InteropServices;
using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.VirtualGpu.Exports;
using LlmMemProfiler.VirtualGpu.Hardware;
using static LlmMemProfiler.VirtualGpu.Tests.Exports.LoadedStandIn;

namespace LlmMemProfiler.VirtualGpu.Tests.Exports;

/// <summary>
/// Any function with any arguments, from several threads: an error, and never the end of the process. Pointers are null, small, beyond
/// the address space, of devices' memory and of the host's; as on a real GPU, an address of the program has to be one.
/// </summary>
[Collection(nameof(AloneWithTheDevices))]
public sealed unsafe class RandomCallTests : IDisposable
{
    private const int Threads = 8;
    private const int CallsOfThread = 12_500;
    private const int BufferBytes = 1 << 20;

    /// <summary>More than there are calls that make a piece of memory: its number, and how often that was given before.</summary>
    private const uint MostPieces = 1_000;

    private readonly Rack before;

    public RandomCallTests()
    {
        // The functions are loaded by then.
        _ = Find("cudaMalloc");
        before = Caller.Rack;
        Caller.Use(new(GpuModels.Find("h100")!, [0, 1], Total.Bytes, context: 0));
    }

    /// <summary>Calls whatever it is given; takes more arguments than registers hold, the rest of which are addresses that it writes to.</summary>
    private static readonly string[] LeftOut = ["cudaStreamAddCallback", "cublasLtMatmulAlgoGetHeuristic"];

    public void Dispose()
    {
        Caller.Rack.Dispose();
        Caller.Use(before);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(null)]
    public void Whatever_is_called_from_several_threads_ends_with_a_result(int? seed)
    {
        var number = seed ?? Random.Shared.Next();
        var functions = Functions();
        var threads = Enumerable.Range(0, Threads).Select(i => new Thread(() => Run(functions, new Random(unchecked(number + i))))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        for (var device = 0; device < 2; device++)
            Assert.True(Caller.Rack[device].Levels.Peak <= Total.Bytes, $"seed {number}: device {device} had {Caller.Rack[device].Levels.Peak} of {Total}");
        GiveAllBack();
        Assert.True((Caller.Rack[0].Levels.Used, Caller.Rack[1].Levels.Used) == (0, 0), $"seed {number}: {Caller.Rack[0].Levels.Used} and {Caller.Rack[1].Levels.Used} are not given back");
        nuint free, total;
        Assert.True(Cudart("cudaMemGetInfo", (nint)(&free), (nint)(&total)) == 0, $"seed {number}");
        Assert.True(free == total && total == (nuint)Total.Bytes, $"seed {number}: {free} free of {total}");
    }

    /// <summary>Frees whatever lies at the devices' addresses, unmaps what is mapped there, and lets go of each handle that there can be.</summary>
    private static void GiveAllBack()
    {
        var memory = Caller.Memory;
        Assert.Equal(Outcome.Ok, memory.Allocate(0, Page.Bytes, out var at));
        var lowest = at;
        while (memory.Contains(lowest - Page.Bytes))
            lowest -= Page.Bytes;
        for (var page = lowest; memory.Contains(page); page += Page.Bytes)
        {
            for (var place = page; place < page + Page.Bytes && memory.DeviceOf(place) >= 0; place += 512)
            {
                if (memory.Around(place, out var begin, out var bytes) && memory.Free(begin) != Outcome.Ok)
                    _ = memory.Unmap(begin, (ulong)bytes);
            }
        }
        for (var generation = 1u; generation < MostPieces; generation++)
        {
            for (var number = 1u; number < MostPieces; number++)
                _ = memory.Release(((ulong)generation << 24) | number);
        }
    }

    private static Function[] Functions()
    {
        var functions = typeof(StandIn).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Select(method => (Method: method, Name: method.GetCustomAttribute<UnmanagedCallersOnlyAttribute>()?.EntryPoint))
            .Where(f => f.Name is not null && !LeftOut.Contains(f.Name))
            .Select(f => new Function(Find(f.Name!), [.. f.Method.GetParameters().Select(p => p.ParameterType.IsPointer)]))
            .ToArray();
        Assert.InRange(functions.Length, 100, 1000);
        return functions;
    }

    private static void Run(Function[] functions, Random random)
    {
        // What lies behind the buffer cannot be written, however long a copy is.
        var buffer = NativePages.Reserve(1L << 33);
        NativePages.Open(buffer, BufferBytes);
        var pointers = new List<nint> { 0, 1, 4096, -1, nint.MinValue, (nint)1 << 47, (nint)buffer, (nint)(buffer + 512) };
        var handles = new List<nint> { 0 };
        for (var i = 0; i < CallsOfThread; i++)
        {
            // What was answered before is no text that ends.
            new Span<byte>(buffer, 4096).Clear();
            var function = functions[random.Next(functions.Length)];
            _ = Call(function.At, Argument(0), Argument(1), Argument(2), Argument(3), Argument(4), Argument(5));
            // Handles and addresses that were given.
            foreach (var given in (nint[])[*(nint*)buffer, *(nint*)(buffer + 512)])
            {
                if (handles.Count < 200)
                    handles.Add(given);
                // Other numbers are given too, which would be read as addresses of the program.
                if (pointers.Count < 200 && Cudart("cudaPointerGetAttributes", (nint)(buffer + 1024), given) == 0 && *(int*)(buffer + 1024) == 2)
                    pointers.Add(given);
            }

            nint Argument(int place) => function.ArePointers.ElementAtOrDefault(place) ? pointers[random.Next(pointers.Count)]
                : random.Next(3) == 0 ? handles[random.Next(handles.Count)]
                : random.Next(2) == 0 ? random.Next(-1, 20)
                : (nint)(1L << random.Next(63)) + random.Next(-1, 2);
        }
        NativePages.Free(buffer, 1L << 33);
    }

    private sealed record Function(nint At, bool[] ArePointers);
}
