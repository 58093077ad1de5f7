using System.Runtime.InteropServices;

namespace LlmMemProfiler.Device.LibTorch;

/// <summary>When the absence of a symbol shows.</summary>
public enum SymbolNeed
{
    /// <summary>The wrapper cannot be loaded without it.</summary>
    AtLoad,

    /// <summary>An operation of this program calls it.</summary>
    ByOperations,

    /// <summary>Something that this program does not use calls it.</summary>
    Other,
}

/// <summary>A symbol that the wrapper needs and no library has.</summary>
/// <param name="Name">As the compiler mangled it.</param>
/// <param name="Need">When its absence shows.</param>
public sealed partial record MissingSymbol(string Name, SymbolNeed Need)
{
    private const int Longest = 60;

    /// <summary>As a person would write it, and cut where it is long: 'at::_ops::isneginf::call(at::Tensor const&amp;)'.</summary>
    public override string ToString()
    {
        var text = Demangled(Name) ?? Name;
        return text.Length <= Longest ? text : text[..(Longest - 1)] + '…';
    }

    /// <summary>The C++ library's own demangler (Itanium C++ ABI, 3.4); null where it does not understand the name.</summary>
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
