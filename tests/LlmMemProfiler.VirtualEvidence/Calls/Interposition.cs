using System.Runtime.InteropServices;

namespace LlmMemProfiler.VirtualEvidence.Calls;

/// <summary>Puts a function of this program before one of the stand-in's.</summary>
internal static unsafe class Interposition
{
    /// <summary>endbr64, then the jump itself.</summary>
    private const int JumpAt = 4;

    /// <summary>Each function of an object that was written at run time is one jump through its table: <c>jmp [rip + distance]</c>.</summary>
    /// <param name="library">The library.</param>
    /// <param name="function">Its function.</param>
    /// <param name="replacement">What is called from now on.</param>
    /// <returns>What was called until now.</returns>
    public static nint Put(string library, string function, nint replacement)
    {
        var jump = (byte*)NativeLibrary.GetExport(NativeLibrary.Load(library), function) + JumpAt;
        if (jump[0] != 0xFF || jump[1] != 0x25)
            throw new InvalidOperationException($"{function} is no jump through a table");
        var slot = (nint*)(jump + 6 + *(int*)(jump + 2));
        var before = *slot;
        *slot = replacement;
        return before;
    }
}
