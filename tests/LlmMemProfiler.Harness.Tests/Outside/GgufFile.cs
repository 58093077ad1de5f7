using System.Runtime.InteropServices;
using System.Text;

namespace LlmMemProfiler.Harness.Tests.Outside;

/// <summary>Writes a model as llama.cpp reads it: settings, then FP32 tensors.</summary>
/// <remarks>ggml-org/ggml, <c>docs/gguf.md</c>, version 3; numbers are little-endian, as this machine's are.</remarks>
internal static class GgufFile
{
    private const int Alignment = 32;

    /// <param name="path">The file.</param>
    /// <param name="settings">Values: uint, float, bool, string, or an array of one of the first three.</param>
    /// <param name="tensors">The tensors.</param>
    public static void Write(string path, IReadOnlyList<(string Key, object Value)> settings, IReadOnlyList<GgufTensor> tensors)
    {
        using var file = new BinaryWriter(File.Create(path));
        file.Write("GGUF"u8);
        file.Write(3u);
        file.Write((ulong)tensors.Count);
        file.Write((ulong)settings.Count);
        foreach (var (key, value) in settings)
        {
            Text(file, key);
            file.Write(TypeOf(value));
            Value(file, value);
        }
        var offset = 0UL;
        foreach (var tensor in tensors)
        {
            Text(file, tensor.Name);
            file.Write((uint)tensor.Shape.Count);
            // The dimension whose elements lie side by side comes first.
            foreach (var size in tensor.Shape.Reverse())
                file.Write((ulong)size);
            file.Write(0u);
            file.Write(offset);
            offset += (ulong)Padded(tensor.Elements.Length * sizeof(float));
        }
        Pad(file);
        foreach (var tensor in tensors)
        {
            file.Write(MemoryMarshal.AsBytes(tensor.Elements.AsSpan()));
            Pad(file);
        }
    }

    private static uint TypeOf(object value) => value switch
    {
        uint => 4,
        float => 6,
        bool => 7,
        string => 8,
        Array => 9,
        _ => throw new ArgumentOutOfRangeException(nameof(value), value, "not a type of a setting"),
    };

    private static void Value(BinaryWriter file, object value)
    {
        switch (value)
        {
            case uint number:
                file.Write(number);
                break;
            case float number:
                file.Write(number);
                break;
            case bool flag:
                file.Write(flag);
                break;
            case string text:
                Text(file, text);
                break;
            case Array list:
                file.Write(TypeOf(list.GetValue(0)!));
                file.Write((ulong)list.Length);
                foreach (var element in list)
                    Value(file, element);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(value), value, "not a type of a setting");
        }
    }

    private static void Text(BinaryWriter file, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        file.Write((ulong)bytes.Length);
        file.Write(bytes);
    }

    private static long Padded(long length) => (length + Alignment - 1) / Alignment * Alignment;

    private static void Pad(BinaryWriter file)
    {
        var length = file.BaseStream.Length;
        file.Write(new byte[Padded(length) - length]);
    }
}

/// <summary>A tensor of a GGUF file.</summary>
/// <param name="Name">llama.cpp's name of it.</param>
/// <param name="Shape">Row-major: linear weights are [out, in].</param>
/// <param name="Elements">All elements.</param>
internal sealed record GgufTensor(string Name, IReadOnlyList<long> Shape, float[] Elements);
