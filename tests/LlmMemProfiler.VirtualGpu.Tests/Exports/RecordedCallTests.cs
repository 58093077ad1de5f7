using System.Globalization;
using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.VirtualGpu.Exports;
using LlmMemProfiler.VirtualGpu.Hardware;
using static LlmMemProfiler.VirtualGpu.Tests.Exports.LoadedStandIn;

namespace LlmMemProfiler.VirtualGpu.Tests.Exports;

/// <summary>
/// What libtorch 2.10.0 called for memory in runs of random models, with cache emptied at the end, recorded by 'calls SEED NUMBER LIBTORCH' of
/// LlmMemProfiler.VirtualEvidence: called again, each call gives the same result, address and free memory. Addresses are bytes above the
/// first one that was given, and handles are numbered.
/// </summary>
[Collection(nameof(AloneWithTheDevices))]
public sealed unsafe class RecordedCallTests : IDisposable
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Calls");

    private readonly nint cudaMalloc = Find("cudaMalloc");
    private readonly Rack before = Caller.Rack;
    private readonly List<ulong> handles = [];
    private nint first;

    public static TheoryData<string> Recordings => [.. Directory.GetFiles(Folder, "*.txt").Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];

    public void Dispose()
    {
        // The devices that were there before are everybody's.
        if (Caller.Rack != before)
            Caller.Rack.Dispose();
        Caller.Use(before);
    }

    [Fact]
    public void There_are_thirty() => Assert.Equal(30, Recordings.Count);

    [Theory]
    [MemberData(nameof(Recordings))]
    public void Each_call_has_the_result_that_libtorch_saw(string recording)
    {
        var lines = File.ReadAllLines(Path.Combine(Folder, recording));
        var card = lines[1].Split(' ');
        Assert.Equal("gpu", card[0]);
        Caller.Use(new(GpuModels.Find(card[1])!, [0], Number(card[2]), Number(card[3])));
        for (var i = 2; i < lines.Length; i++)
        {
            var words = lines[i].Split(' ');
            var seen = Call(words);
            Assert.True(lines[i] == seen, $"{recording}:{i + 1}: {seen} instead of {lines[i]}");
        }
    }

    /// <summary>Calls what a line says, and says what came of it in the same form.</summary>
    private string Call(string[] words)
    {
        byte* at = null;
        ulong handle = 0;
        nuint free = 0, total = 0;
        var properties = stackalloc int[8];
        new Span<int>(properties, 8).Clear();
        switch (words)
        {
            case ["cudaMalloc", var bytes, _, "=", _]:
                var code = LoadedStandIn.Call(cudaMalloc, (nint)(&at), (nint)Number(bytes));
                return $"cudaMalloc {bytes} {Told(at)} = {code}";
            case ["cudaFree", var place, "=", _]:
                return $"cudaFree {place} = {LoadedStandIn.Call(Find("cudaFree"), At(place))}";
            case ["cudaMemGetInfo", ..]:
                var asked = LoadedStandIn.Call(Find("cudaMemGetInfo"), (nint)(&free), (nint)(&total));
                return $"cudaMemGetInfo {free} {total} = {asked}";
            case ["cudaMemsetAsync", var place, var value, var bytes, "=", _]:
                return $"cudaMemsetAsync {place} {value} {bytes} = {LoadedStandIn.Call(Find("cudaMemsetAsync"), At(place), (nint)Number(value), (nint)Number(bytes))}";
            case ["cuMemAddressReserve", var bytes, _, "=", _]:
                var reserved = LoadedStandIn.Call(Find("cuMemAddressReserve"), (nint)(&at), (nint)Number(bytes));
                return $"cuMemAddressReserve {bytes} {Told(at)} = {reserved}";
            case ["cuMemAddressFree", var place, var bytes, "=", _]:
                return $"cuMemAddressFree {place} {bytes} = {LoadedStandIn.Call(Find("cuMemAddressFree"), At(place), (nint)Number(bytes))}";
            case ["cuMemCreate", var bytes, "=", _]:
                var created = LoadedStandIn.Call(Find("cuMemCreate"), (nint)(&handle), (nint)Number(bytes), (nint)properties);
                if (created == 0)
                    handles.Add(handle);
                return $"cuMemCreate {bytes} = {created}";
            case ["cuMemRelease", var number, "=", _]:
                return $"cuMemRelease {number} = {LoadedStandIn.Call(Find("cuMemRelease"), Handle(number))}";
            case ["cuMemMap", var place, var bytes, var offset, var number, "=", _]:
                return $"cuMemMap {place} {bytes} {offset} {number} = {LoadedStandIn.Call(Find("cuMemMap"), At(place), (nint)Number(bytes), (nint)Number(offset), Handle(number))}";
            case ["cuMemUnmap", var place, var bytes, "=", _]:
                return $"cuMemUnmap {place} {bytes} = {LoadedStandIn.Call(Find("cuMemUnmap"), At(place), (nint)Number(bytes))}";
            case ["cuMemSetAccess", var place, var bytes, "=", _]:
                return $"cuMemSetAccess {place} {bytes} = {LoadedStandIn.Call(Find("cuMemSetAccess"), At(place), (nint)Number(bytes))}";
            default:
                return "no call that is known";
        }
    }

    private string Told(byte* at)
    {
        if (at is null)
            return "null";
        if (first == 0)
            first = (nint)at;
        return ((nint)at - first).ToString(CultureInfo.InvariantCulture);
    }

    private nint At(string place) => place == "null" ? 0 : first + (nint)Number(place);

    private nint Handle(string number) => (nint)handles[(int)Number(number[1..])];

    private static long Number(string text) => long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
}
