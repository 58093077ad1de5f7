using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Device.Probes;

/// <summary>
/// Reads a device's level every few milliseconds on a thread of its own and keeps the highest. A sampled peak is a lower
/// bound: what falls between two samples is not seen.
/// </summary>
public sealed class DeviceSampler(IDeviceProbe probe, TimeSpan interval) : IDisposable
{
    private readonly ManualResetEventSlim stop = new();
    private Thread? thread;

    public DeviceSampler(IDeviceProbe probe) : this(probe, TimeSpan.FromMilliseconds(5)) { }

    /// <summary>The highest level seen; null where the probe never told one.</summary>
    public ByteSize? Maximum { get; private set; }

    /// <summary>Samples taken.</summary>
    public long Count { get; private set; }

    /// <summary>What ended the sampling early, if something did.</summary>
    public Exception? Fault { get; private set; }

    public void Start()
    {
        if (thread is not null)
            throw new InvalidOperationException("the sampler runs already");
        thread = new(Sample) { IsBackground = true, Name = "device sampler" };
        thread.Start();
    }

    /// <summary>Takes a last sample and ends. The results may be read from now on.</summary>
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
            // An exception on a thread of ours would end the process, and with it the measurement.
            Fault = e;
        }
    }
}
