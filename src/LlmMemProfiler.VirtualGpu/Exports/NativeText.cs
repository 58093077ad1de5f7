using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace LlmMemProfiler.VirtualGpu.Exports;

/// <summary>Text in and out of exported functions, as C's strings.</summary>
internal static unsafe class NativeText
{
    /// <summary>Writes as much of a text as there is room for, with its terminating zero.</summary>
    public static void Write(byte* to, int room, string text)
    {
        var length = Math.Min(text.Length, room - 1);
        for (var i = 0; i < length; i++)
            to[i] = char.IsAscii(text[i]) ? (byte)text[i] : (byte)'?';
        if (room > 0)
            to[Math.Max(length, 0)] = 0;
    }

    /// <summary>A literal's own bytes, which never move; a zero follows them.</summary>
    public static byte* Of(ReadOnlySpan<byte> literal) => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(literal));

    /// <summary>True if a C string is this text.</summary>
    public static bool Is(byte* text, string other)
    {
        for (var i = 0; i < other.Length; i++)
        {
            if (text[i] != other[i])
                return false;
        }
        return text[other.Length] == 0;
    }

    /// <summary>True if a C string names this bus of domain 0, in hexadecimal digits of any number and case: '0000:1f:00.0'.</summary>
    public static bool IsBus(byte* text, int bus) =>
        TryNumber(ref text, (byte)':', out var domain) && domain == 0
            && TryNumber(ref text, (byte)':', out var number) && number == bus
            && TryNumber(ref text, (byte)'.', out var device) && device == 0;

    private static bool TryNumber(ref byte* text, byte end, out int number)
    {
        number = 0;
        for (var digits = 0; digits < 9; digits++, text++)
        {
            if (*text == end)
            {
                text++;
                return digits > 0;
            }
            if (!char.IsAsciiHexDigit((char)*text))
                return false;
            number = unchecked((number << 4) + (char.IsAsciiDigit((char)*text) ? *text - '0' : (*text | 0x20) - 'a' + 10));
        }
        return false;
    }

    /// <summary>A copy that lives as long as the process.</summary>
    public static byte* Keep(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text + '\0');
        var kept = (byte*)NativeMemory.Alloc((nuint)bytes.Length);
        bytes.CopyTo(new Span<byte>(kept, bytes.Length));
        return kept;
    }
}
