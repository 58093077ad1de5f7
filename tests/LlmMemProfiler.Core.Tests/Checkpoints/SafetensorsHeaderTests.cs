using System.Text;
using LlmMemProfiler.Core.Checkpoints;

namespace LlmMemProfiler.Core.Tests.Checkpoints;

/// <summary>Files built by hand, by the format's description.</summary>
public sealed class SafetensorsHeaderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Each_tensor_is_read_with_its_shape_type_and_bytes()
    {
        const string header = """{"__metadata__": {"format": "pt"}, "b": {"dtype": "BF16", "shape": [2, 3], "data_offsets": [0, 12]}, "a": {"dtype": "F4", "shape": [4], "data_offsets": [12, 14]}, "c": {"dtype": "F32", "shape": [], "data_offsets": [14, 18]}}""";
        var tensors = SafetensorsHeader.Read(File(header, 18));

        Assert.Equal([("a", "F4", 2L), ("b", "BF16", 12L), ("c", "F32", 4L)], tensors.Select(t => (t.Name, t.Type.Name, t.Bytes)));
        Assert.Equal([2L, 3L], tensors[1].Shape);
        // Behind 8 bytes of length and the header.
        Assert.Equal([8L + header.Length + 12, 8L + header.Length, 8L + header.Length + 14], tensors.Select(t => t.Place!.Offset));
    }

    [Theory]
    [InlineData("""{"a": {"dtype": "F16", "shape": [2], "data_offsets": [0, 4]}}""", 3, "expected a whole file")]
    [InlineData("""{"a": {"dtype": "F16", "shape": [2], "data_offsets": [0, 4]}}""", 5, "expected a whole file")]
    [InlineData("""{"a": {"dtype": "F16", "shape": [2], "data_offsets": [0, 6]}}""", 6, "need 4 bytes; must be equal")]
    [InlineData("""{"a": {"dtype": "F16", "shape": [2], "data_offsets": [0, 4]}, "b": {"dtype": "F16", "shape": [2], "data_offsets": [2, 6]}}""", 6, "tensor 'b' begins at 2, where the one before ends at 4")]
    [InlineData("""{"a": {"dtype": "F16", "shape": [2], "data_offsets": [0, 4]}, "b": {"dtype": "F16", "shape": [2], "data_offsets": [0, 4]}}""", 4, "tensor 'b' begins at 0")]
    [InlineData("""{"a": {"dtype": "F16", "shape": [2], "data_offsets": [2, 6]}}""", 6, "begins at 2")]
    [InlineData("""{"a": {"dtype": "F16", "shape": [-2], "data_offsets": [4, 0]}}""", 0, "no whole number of bytes")]
    [InlineData("""{"a": {"dtype": "F4", "shape": [3], "data_offsets": [0, 2]}}""", 2, "no whole number of bytes")]
    [InlineData("""{"a": {"dtype": "F16", "shape": [4611686018427387904, 4], "data_offsets": [0, 0]}}""", 0, "out of range")]
    [InlineData("""{"a": {"dtype": "F17", "shape": [2], "data_offsets": [0, 4]}}""", 4, "the type \"F17\"; expected one of")]
    [InlineData("""{"a": {"dtype": 7, "shape": [2], "data_offsets": [0, 4]}}""", 4, "out of range")]
    [InlineData("""{"a": {"shape": [2], "data_offsets": [0, 4]}}""", 4, "has no dtype, shape and data_offsets")]
    [InlineData("""{"a": {"dtype": "F16", "shape": [2], "data_offsets": [0, 4]}, "a": {"dtype": "F16", "shape": [2], "data_offsets": [4, 8]}}""", 8, "is no JSON")]
    [InlineData("[]", 0, "out of range")]
    [InlineData("{", 0, "is no JSON")]
    public void What_cannot_be_is_refused_in_one_line(string header, int bytes, string words) => Refused(File(header, bytes), words);

    [Fact]
    public void A_file_that_ends_within_its_header_is_refused()
    {
        Refused(folder.With("short", "abc"), "begins with 8 bytes");
        Refused(Bytes([.. BitConverter.GetBytes(100UL), .. "{}"u8]), "its header would have 100 bytes");
        Refused(Bytes([.. BitConverter.GetBytes(ulong.MaxValue), .. "{}"u8]), "its header would have 18446744073709551615 bytes");
        Refused(Path.Combine(folder.Path, "none"), "cannot be read");
    }

    private static void Refused(string path, string words)
    {
        var message = Assert.Throws<InputException>(() => SafetensorsHeader.Read(path)).Message;
        Assert.Contains(words, message, StringComparison.Ordinal);
        Assert.StartsWith(path, message, StringComparison.Ordinal);
    }

    private string File(string header, int bytes) =>
        Bytes([.. BitConverter.GetBytes((ulong)Encoding.UTF8.GetByteCount(header)), .. Encoding.UTF8.GetBytes(header), .. new byte[bytes]]);

    private string Bytes(byte[] bytes)
    {
        var path = Path.Combine(folder.Path, "model.safetensors");
        System.IO.File.WriteAllBytes(path, bytes);
        return path;
    }
}
