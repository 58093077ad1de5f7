using System.Runtime.CompilerServices;

namespace LlmMemProfiler.Device.Hook;

/// <summary>Runs code on .NET's finalizer thread, by way of a finalizer.</summary>
internal static class FinalizerThread
{
    /// <summary>Runs the function and waits for its result.</summary>
    public static T Run<T>(Func<T> function)
    {
        var done = new Done<T>();
        Abandon(function, done);
        while (!done.IsSet)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        return done.Error is null ? done.Result! : throw new InvalidOperationException("failed on the finalizer thread", done.Error);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Abandon<T>(Func<T> function, Done<T> done) => _ = new Carrier<T>(function, done);

    private sealed class Done<T>
    {
        private volatile bool isSet;

        public bool IsSet => isSet;

        public T? Result { get; private set; }

        public Exception? Error { get; private set; }

        public void Set(Func<T> function)
        {
            try
            {
                Result = function();
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // An unhandled exception on the finalizer thread would kill the process.
                Error = e;
            }
            isSet = true;
        }
    }

    private sealed class Carrier<T>(Func<T> function, Done<T> done)
    {
        ~Carrier() => done.Set(function);
    }
}
