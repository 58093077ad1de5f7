using System.Runtime.InteropServices;

namespace LlmMemProfiler.Device.LibTorch;

/// <summary>
/// Where a C++ exception has nowhere to go, C++ ends the process: libtorch chooses devices in functions that must not throw
/// (c10::cuda::MaybeSetDevice, ExchangeDevice), and not all of TorchSharp's wrapper catches. This takes the last word before.
/// </summary>
/// <remarks>
/// The handler of <c>std::set_terminate</c> runs on the thread that threw, above frames that cannot be left: managed code runs there as
/// in any callback, but has to end the process itself.
/// </remarks>
public static unsafe partial class Termination
{
    private const string Library = "libstdc++.so.6";

    /// <summary>Itanium C++ ABI: after the two destructors.</summary>
    private const int WhatSlot = 2;

    private static readonly Lock Gate = new();

    private static delegate* unmanaged<void> before;
    private static bool isInstalled;
    private static Action<string>? last;
    private static int thread;

    /// <summary>Until disposed of, an exception that would end the process from this thread is told first.</summary>
    /// <param name="end">Receives its message, and ends the process with <see cref="Exit"/>; if it returns, C++ ends it.</param>
    public static IDisposable Expect(Action<string> end)
    {
        lock (Gate)
            Install();
        (thread, last) = (Environment.CurrentManagedThreadId, end);
        return new Expectation();
    }

    /// <summary>Ends the process at once: what libtorch does at its end may wait for what the thread holds.</summary>
    /// <param name="code">The exit code.</param>
    public static void Exit(int code) => ExitNow(code);

    private static void Install()
    {
        if (isInstalled || !NativeLibrary.TryLoad(Library, out var library))
            return;
        var set = (delegate* unmanaged<delegate* unmanaged<void>, delegate* unmanaged<void>>)NativeLibrary.GetExport(library, "_ZSt13set_terminatePFvvE");
        before = set(&Terminate);
        isInstalled = true;
    }

    [UnmanagedCallersOnly]
    private static void Terminate()
    {
        // Only once: whatever goes wrong from here on is the end.
        if (Environment.CurrentManagedThreadId == thread && Interlocked.Exchange(ref last, null) is { } end)
        {
            try
            {
                end(Message());
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // C++ prints its own message.
            }
        }
        before();
    }

    /// <summary>The current exception's own words.</summary>
    private static string Message()
    {
        var library = NativeLibrary.Load(Library);
        var type = ((delegate* unmanaged<nint*>)NativeLibrary.GetExport(library, "__cxa_current_exception_type"))();
        if (type is null)
            return "libtorch ended the process without an exception";
        var name = Marshal.PtrToStringUTF8(type[1]) ?? "";
        if (!name.StartsWith("N3c10", StringComparison.Ordinal) && !name.StartsWith("St", StringComparison.Ordinal))
            return $"libtorch ended the process with an exception of type {name}";
        // A std::exception_ptr, which is one pointer to the exception, is returned through a hidden first argument.
        nint* exception;
        ((delegate* unmanaged<nint**, void>)NativeLibrary.GetExport(library, "_ZSt17current_exceptionv"))(&exception);
        var what = (delegate* unmanaged<nint*, byte*>)((nint*)*exception)[WhatSlot];
        return Marshal.PtrToStringUTF8((nint)what(exception)) ?? "";
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void ExitNow(int code);

    private sealed class Expectation : IDisposable
    {
        public void Dispose() => last = null;
    }
}
