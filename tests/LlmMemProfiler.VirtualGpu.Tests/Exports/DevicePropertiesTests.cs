using System.Buffers.Binary;
using System.Globalization;
using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.VirtualGpu.Exports;
using LlmMemProfiler.VirtualGpu.Hardware;

namespace LlmMemProfiler.VirtualGpu.Tests.Exports;

/// <summary>The structure against offsets that a C compiler gave for two releases' headers, which lie beside the repository.</summary>
public sealed class DevicePropertiesTests
{
    /// <summary>An H100's, by NVIDIA's guide and device queries.</summary>
    private static readonly Dictionary<string, long> Expected = new()
    {
        ["totalGlobalMem"] = 1 << 30,
        ["sharedMemPerBlock"] = 49_152,
        ["regsPerBlock"] = 65_536,
        ["warpSize"] = 32,
        ["maxThreadsPerBlock"] = 1024,
        ["totalConstMem"] = 65_536,
        ["major"] = 9,
        ["minor"] = 0,
        ["multiProcessorCount"] = 132,
        ["unifiedAddressing"] = 1,
        ["l2CacheSize"] = 52_428_800,
        ["maxThreadsPerMultiProcessor"] = 2048,
        ["sharedMemPerMultiprocessor"] = 233_472,
        ["regsPerMultiprocessor"] = 65_536,
        ["sharedMemPerBlockOptin"] = 232_448,
        ["maxBlocksPerMultiProcessor"] = 32,
        ["reservedSharedMemPerBlock"] = 1024,
        ["managedMemory"] = 1,
        ["cooperativeLaunch"] = 1,
        ["memoryPoolsSupported"] = 1,
        ["clusterLaunch"] = 1,
        ["pciBusID"] = 1,
        ["asyncEngineCount"] = 3,
        ["integrated"] = 0,
    };

    [Theory]
    [InlineData(2, true)]
    [InlineData(4, false)]
    public void Each_field_lies_where_the_header_has_it(int column, bool isOfCuda12)
    {
        var table = Path.Combine(Root(), "..", "shared", "virtual-gpu", "structs.tsv");
        Assert.SkipUnless(File.Exists(table), "no table of offsets lies beside the repository");
        using var device = new VirtualDevice(0, 0, GpuModels.Find("h100")!, 1 << 30, 0);
        var bytes = (isOfCuda12 ? DeviceProperties.OfCuda12 : DeviceProperties.OfCuda13).Of(device);
        var rows = File.ReadLines(table).Select(line => line.Split('\t')).Where(row => row[0] == "prop").ToDictionary(row => row[1]);
        Assert.Equal(Number(rows["(size)"][column + 1]), bytes.Length);
        foreach (var (field, value) in Expected)
        {
            var at = bytes.AsSpan(Number(rows[field][column]));
            Assert.Equal((field, value), (field, rows[field][column + 1] == "8" ? BinaryPrimitives.ReadInt64LittleEndian(at) : BinaryPrimitives.ReadInt32LittleEndian(at)));
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "LlmMemProfiler.sln")))
            folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
