using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using LlmMemProfiler.Core.Checkpoints;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Checkpoints;

public sealed class SafetensorsWriterTests : IDisposable
{
    private static readonly NamedTensor[] Tensors =
    [
        new("a.weight", DataType.Float16, [2, 3]),
        new("odd \"name\"", DataType.Int8, [5]),
        new("scalar", DataType.Int64, []),
        new("none", DataType.BFloat16, [0, 7]),
    ];

    private readonly TemporaryFolder folder = new();

    private string File => System.IO.Path.Combine(folder.Path, "m.safetensors");

    [Fact]
    public void Header_and_bytes_stand_where_the_format_wants_them()
    {
        byte[] bytes = [.. Enumerable.Range(1, 12 + 5 + 8).Select(i => (byte)i)];
        using (var writer = new SafetensorsWriter(File, Tensors))
        {
            writer.Write(bytes.AsSpan(0, 7));
            writer.Write(bytes.AsSpan(7));
            writer.Complete();
        }
        var content = System.IO.File.ReadAllBytes(File);
        var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(content);
        Assert.Equal(0, length % 8);
        Assert.Equal(bytes, content[(8 + length)..]);
        var header = Encoding.UTF8.GetString(content, 8, length);
        Assert.StartsWith("{", header, StringComparison.Ordinal);
        var json = JsonDocument.Parse(header).RootElement;
        Assert.Equal("pt", json.GetProperty("__metadata__").GetProperty("format").GetString());
        Assert.Equal("""{"dtype":"F16","shape":[2,3],"data_offsets":[0,12]}""", json.GetProperty("a.weight").GetRawText());
        Assert.Equal("""{"dtype":"I8","shape":[5],"data_offsets":[12,17]}""", json.GetProperty("odd \"name\"").GetRawText());
        Assert.Equal("""{"dtype":"I64","shape":[],"data_offsets":[17,25]}""", json.GetProperty("scalar").GetRawText());
        Assert.Equal("""{"dtype":"BF16","shape":[0,7],"data_offsets":[25,25]}""", json.GetProperty("none").GetRawText());
        Assert.Equal([File], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void What_was_there_stays_until_the_file_is_whole_and_nothing_half_is_left()
    {
        System.IO.File.WriteAllText(File, "before");
        using (var writer = new SafetensorsWriter(File, Tensors))
        {
            writer.Write(new byte[24]);
            Assert.Contains("1 bytes of its tensors are missing", Assert.Throws<InvalidOperationException>(writer.Complete).Message, StringComparison.Ordinal);
        }
        Assert.Equal("before", System.IO.File.ReadAllText(File));
        Assert.Equal([File], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void More_bytes_than_the_tensors_have_are_refused()
    {
        using var writer = new SafetensorsWriter(File, Tensors);
        writer.Write(new byte[20]);
        Assert.Throws<InvalidOperationException>(() => writer.Write(new byte[6]));
    }

    public void Dispose() => folder.Dispose();
}
