using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Shapes.Kernels;
using LlmMemProfiler.Core.Shapes.Kernels.Cpu;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Records;

public sealed class KernelScratchFileTests : IDisposable
{
    private static readonly LinearShape Linear = new(4, 8, 16, true, DataType.BFloat16);
    private static readonly ProductShape Product = new(2, 3, 8, 4, new(24, 8, 1), new(72, 1, 8), DataType.Float16);

    private readonly string folder = Directory.CreateTempSubdirectory().FullName;

    private string FileName => Path.Combine(folder, "cache", "scratch.json");

    [Fact]
    public void What_was_seen_is_remembered()
    {
        var table = new ScratchTable();
        table.Add(Linear, new KernelScript().Result().Scratch(100, 30));
        table.Add(Product, new KernelScript().Scratch(7).Result());
        Assert.True(KernelScratchFile.Write(FileName, "this", table));

        var back = KernelScratchFile.Read(FileName, "this");
        Assert.Equal(table.Linears[Linear].Steps.ToArray(), back.Linears[Linear].Steps.ToArray());
        Assert.Equal(table.Products[Product].Steps.ToArray(), back.Products[Product].Steps.ToArray());
        Assert.Contains("bf16", File.ReadAllText(FileName), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_machines_scratch_is_not_believed()
    {
        var table = new ScratchTable();
        table.Add(Linear, KernelScript.ResultOnly);
        KernelScratchFile.Write(FileName, "this", table);

        Assert.Empty(KernelScratchFile.Read(FileName, "that").Linears);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"schema\":1,\"machine\":\"this\",\"linears\":null,\"products\":[]}")]
    [InlineData("{\"schema\":1,\"machine\":\"this\",\"linears\":[{\"shape\":{\"type\":\"bf17\"},\"steps\":[0]}],\"products\":[]}")]
    [InlineData("{\"schema\":1,\"machine\":\"this\",\"linears\":[{\"shape\":{\"type\":\"bf16\"},\"steps\":[0,-1]}],\"products\":[]}")]
    [InlineData("{\"schema\":1,\"machine\":\"this\",\"linears\":[{\"shape\":{\"type\":\"bf16\"},\"steps\":[0,0]}],\"products\":[]}")]
    [InlineData("{\"schema\":1,\"machine\":\"this\",\"linears\":[{\"shape\":{\"type\":\"bf16\"},\"steps\":[0,5]}],\"products\":[]}")]
    [InlineData("{\"schema\":2,\"machine\":\"this\",\"linears\":[],\"products\":[]}")]
    public void A_file_that_cannot_be_read_is_as_none(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FileName)!);
        File.WriteAllText(FileName, text);

        Assert.Empty(KernelScratchFile.Read(FileName, "this").Linears);
    }

    [Fact]
    public void Where_nothing_can_be_written_the_answer_is_no()
    {
        File.WriteAllText(Path.Combine(folder, "cache"), "a file where the folder should be");

        Assert.False(KernelScratchFile.Write(FileName, "this", new ScratchTable()));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
