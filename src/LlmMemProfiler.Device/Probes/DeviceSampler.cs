using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Device.Probes;

/// <summary>
/// Reads a device's memory usage every few milliseconds on its own thread and keeps the maximum. A sampled peak is a lower
/// bound: it misses anything between two samples.
/// </summary>
public sealed class DeviceSampler(IDeviceProbe probe, TimeSpan interval) : IDisposable
{
    private readonly ManualResetEventSlim stop = new();
    private Thread? thread;

    public DeviceSampler(IDeviceProbe probe) : this(probe, TimeSpan.FromMilliseconds(5)) { }

    /// <summary>The highest sample; null if the probe never returned one.</summary>
    public ByteSize? Maximum { get; private set; }

    /// <summary>Samples taken.</summary>
    public long Count { get; private set; }

    /// <summary>The error that ended sampling early, or null.</summary>
    public Exception? Fault { get; private set; }

    public void Start()
    {
        if (thread is not null)
            throw new InvalidOperationException("the sampler is already running");
        thread = new(Sample) { IsBackground = true, Name = "device sampler" };
        thread.Start();
    }

    /// <summary>Takes a last sample and stops. The results may be read afterwards.</summary>
    public void Stop()
    {
        stop.Set();
        thread?.Join();
    }

    public void Dispose()
    {
        Stop();
        stop.Dispose();
    }

    private void Sample()
    {
        try
        {
            bool isLast;
            do
            {
                isLast = stop.Wait(interval);
                Maximum = ByteSize.Max(Maximum, probe.Read().Used);
                Count++;
            }
            while (!isLast);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // An unhandled exception here would kill the process, and with it the measurement.
            Fault = e;
        }
    }
}
