using System.Runtime.InteropServices;

namespace LlmMemProfiler.Device.LibTorch;

/// <summary>When a missing symbol causes a failure.</summary>
public enum SymbolNeed
{
    /// <summary>The wrapper cannot be loaded without it.</summary>
    AtLoad,

    /// <summary>An operation used by this program calls it.</summary>
    ByOperations,

    /// <summary>Only code that this program does not use calls it.</summary>
    Other,
}

/// <summary>A symbol that the wrapper needs and no library exports.</summary>
/// <param name="Name">The mangled name.</param>
/// <param name="Need">When its absence causes a failure.</param>
public sealed partial record MissingSymbol(string Name, SymbolNeed Need)
{
    private const int Longest = 60;

    /// <summary>Demangled, and truncated if long: 'at::_ops::isneginf::call(at::Tensor const&amp;)'.</summary>
    public override string ToString()
    {
        var text = Demangled(Name) ?? Name;
        return text.Length <= Longest ? text : text[..(Longest - 1)] + '…';
    }

    /// <summary>The C++ library's own demangler (Itanium C++ ABI, 3.4); null if it cannot parse the name.</summary>
    private static string? Demangled(string name)
    {
        var text = Demangle(name, 0, 0, out _);
        try
        {
            return Marshal.PtrToStringUTF8(text);
        }
        finally
        {
            Free(text);
        }
    }

    [LibraryImport("libstdc++.so.6", EntryPoint = "__cxa_demangle", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Demangle(string name, nint buffer, nint length, out int status);

    [LibraryImport("libc", EntryPoint = "free")]
    private static partial void Free(nint pointer);
}
