using System.Text;
using LlmMemProfiler.Core.Checkpoints;

namespace LlmMemProfiler.Core.Tests.Checkpoints;

/// <summary>Files built by hand, by the format's description.</summary>
public sealed class GgufHeaderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>A block of Q4_K is 256 elements in 144 bytes, one of Q8_0 32 in 34; the innermost dimension comes first.</summary>
    [Fact]
    public void Each_tensor_is_read_with_its_shape_type_and_bytes()
    {
        var tensors = GgufHeader.Read(Header(w =>
        {
            Start(w, tensors: 3, fields: 3);
            Field(w, "general.name", 8, () => Text(w, "x"));
            Field(w, "tokenizer.ggml.tokens", 9, () =>
            {
                w.Write(8u);
                w.Write(2UL);
                Text(w, "a");
                Text(w, "bc");
            });
            Field(w, "tokenizer.ggml.scores", 9, () =>
            {
                w.Write(6u);
                w.Write(2UL);
                w.Write(1f);
                w.Write(2f);
            });
            Tensor(w, "q", 12, 0, 256, 3);
            Tensor(w, "n", 0, 448, 5);
            Tensor(w, "k", 8, 480, 64, 2);
        }, 480 + 136));

        Assert.Equal([("k", "Q8_0", 136L), ("n", "F32", 20L), ("q", "Q4_K", 432L)], tensors.Select(t => (t.Name, t.Type.Name, t.Bytes)));
        Assert.Equal([3L, 256L], tensors[2].Shape);
    }

    [Fact]
    public void Another_alignment_is_read()
    {
        Action<BinaryWriter> header = w =>
        {
            Start(w, tensors: 2, fields: 1);
            Field(w, "general.alignment", 4, () => w.Write(8u));
            Tensor(w, "a", 0, 0, 2);
            Tensor(w, "b", 0, 8, 2);
        };
        Assert.Equal(2, GgufHeader.Read(Header(header, 16, alignment: 8)).Count);
        Refused(Header(header, 12, alignment: 8), "expected a whole file");
    }

    [Fact]
    public void What_cannot_be_is_refused_in_one_line()
    {
        Refused(Header(w => w.Write("GGML"u8), 0), "does not begin with GGUF");
        Refused(Header(w => Start(w, 0, 0, version: 1), 0), "has version 1");
        Refused(Header(w => Start(w, ulong.MaxValue, 0), 0), "18446744073709551615 tensors");
        Refused(Header(w => Start(w, 1, 0), 0, align: false), "ends within its header");
        Refused(Filled(One(w => Tensor(w, "a", 0, 0, 2)), 4), "expected a whole file");
        Refused(Filled(One(w => Tensor(w, "a", 99, 0, 2)), 8), "has the type 99");
        Refused(Filled(One(w => Tensor(w, "a", 12, 0, 255)), 400), "no whole number of blocks");
        Refused(Filled(One(w => Tensor(w, "a", 0, 4, 2)), 40), "expected a multiple of 32");
        Refused(Filled(One(w => Tensor(w, "a", 0, 0, 1L << 62, 8)), 8), "out of range");
        Refused(Filled(One(w => Tensor(w, "a", 0, 0, 1, 1, 1, 1, 1)), 8), "has 5 dimensions");
        Refused(Header(w =>
        {
            Start(w, 2, 0);
            Tensor(w, "a", 0, 0, 2);
            Tensor(w, "a", 0, 32, 2);
        }, 64), "stands twice");
        Refused(Header(w =>
        {
            Start(w, 0, 1);
            Field(w, "x", 9, () =>
            {
                w.Write(4u);
                w.Write(ulong.MaxValue);
            });
        }, 0), "out of range");
    }

    private static void Refused(string path, string words)
    {
        var message = Assert.Throws<InputException>(() => GgufHeader.Read(path)).Message;
        Assert.Contains(words, message, StringComparison.Ordinal);
        Assert.StartsWith(path, message, StringComparison.Ordinal);
    }

    private string One(Action<BinaryWriter> tensor) => Header(w =>
    {
        Start(w, 1, 0);
        tensor(w);
    }, 0);

    /// <summary>The file with some bytes behind its header.</summary>
    private static string Filled(string path, int bytes)
    {
        using var file = new FileStream(path, FileMode.Append);
        file.Write(new byte[bytes]);
        return path;
    }

    private string Header(Action<BinaryWriter> write, int bytes, int alignment = 32, bool align = true)
    {
        var path = Path.Combine(folder.Path, "m.gguf");
        using (var writer = new BinaryWriter(File.Create(path)))
        {
            write(writer);
            while (align && writer.BaseStream.Position % alignment != 0)
                writer.Write((byte)0);
            writer.Write(new byte[bytes]);
        }
        return path;
    }

    private static void Start(BinaryWriter w, ulong tensors, ulong fields, uint version = 3)
    {
        w.Write("GGUF"u8);
        w.Write(version);
        w.Write(tensors);
        w.Write(fields);
    }

    private static void Field(BinaryWriter w, string name, uint type, Action value)
    {
        Text(w, name);
        w.Write(type);
        value();
    }

    private static void Tensor(BinaryWriter w, string name, uint type, ulong offset, params long[] dimensions)
    {
        Text(w, name);
        w.Write((uint)dimensions.Length);
        foreach (var n in dimensions)
            w.Write((ulong)n);
        w.Write(type);
        w.Write(offset);
    }

    private static void Text(BinaryWriter w, string text)
    {
        w.Write((ulong)text.Length);
        w.Write(Encoding.ASCII.GetBytes(text));
    }
}
