using System.Globalization;
using LlmMemProfiler.Device;
using LlmMemProfiler.Device.Probes;
using LlmMemProfiler.Harness.Sweeps.Workers;

namespace LlmMemProfiler.Harness.Sweeps;

/// <summary>One device of a sweep, on which one worker after the other measures.</summary>
/// <param name="Name">As the user named it.</param>
/// <param name="Device">As its workers name it.</param>
/// <param name="Command">How they are started.</param>
public sealed record SweepLane(string Name, string Device, WorkerCommand Command)
{
    private const string Visible = "CUDA_VISIBLE_DEVICES";

    /// <summary>
    /// The devices of a list such as 'cuda:0,cuda:1', or 'cuda:all'. Where there are several, the workers of each see no other
    /// one, so that none leaves a context there.
    /// </summary>
    /// <param name="devices">As on the command line.</param>
    /// <param name="command">How a worker is started.</param>
    /// <param name="visible">The value of CUDA_VISIBLE_DEVICES; null where it is not set.</param>
    /// <exception cref="DeviceException">One is no device, stands twice, or shall measure beside the CPU.</exception>
    public static IReadOnlyList<SweepLane> Of(string devices, WorkerCommand command, string? visible)
    {
        var names = devices == "cuda:all" ? AllGpus() : devices.Split(',', StringSplitOptions.TrimEntries);
        var choices = names.Select(DeviceChoice.Parse).ToList();
        if (choices is [var only])
            return [new(devices, only.ToString(), command)];
        if (choices.Find(c => c.IsAuto || c.IsCpu) is { } lonely)
            throw new DeviceException($"--device {devices}: {lonely} cannot measure beside others; name GPUs alone, such as cuda:0,cuda:1");
        var lanes = choices.ConvertAll(choice => Of(choice, command, visible?.Split(',', StringSplitOptions.TrimEntries)));
        if (lanes.GroupBy(lane => lane.Command.Environment[Visible]).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new DeviceException($"--device {devices}: {twice.First().Name} stands twice; each GPU must stand there once");
        return lanes;
    }

    /// <summary>Asks a worker what the device is.</summary>
    /// <param name="libtorch">Folder of another libtorch; null for the one of the program.</param>
    /// <param name="allowBusy">True where others may be on the GPU.</param>
    /// <param name="limit">How long it may take to answer.</param>
    /// <param name="cancellation">Ends it at once.</param>
    /// <exception cref="DeviceException">It cannot be used.</exception>
    public async Task<WorkerFacts> QueryAsync(string? libtorch, bool allowBusy, TimeSpan limit, CancellationToken cancellation)
    {
        var end = await WorkerProcess.RunAsync(Command, new(Device, libtorch, null, null, 0, allowBusy), limit, _ => { }, cancellation);
        if (end.Facts is { } facts)
            return facts;
        var reason = end.Fault?.Text ?? (end.TimedOut
            ? string.Create(CultureInfo.InvariantCulture, $"{Name}: a worker did not answer within {limit.TotalSeconds:0.###} s")
            : $"{Name}: a worker ended with exit code {end.ExitCode} before it answered{(end.StderrTail.Length > 0 ? $" ({end.StderrTail})" : "")}");
        throw new DeviceException(end.Fault is null ? $"{reason}; 'llmmem doctor' tells more" : reason);
    }

    private static SweepLane Of(DeviceChoice choice, WorkerCommand command, string[]? visible)
    {
        var gpu = choice.Uuid ?? (choice.Index is { } index && visible is not null
            ? index < visible.Length ? visible[index] : throw new DeviceException($"--device {choice}: {Visible} names only {visible.Length}; a smaller number is needed")
            : choice.Index!.Value.ToString(CultureInfo.InvariantCulture));
        var environment = new Dictionary<string, string>(command.Environment) { [Visible] = gpu };
        return new(choice.ToString(), choice.Uuid ?? "cuda:0", command with { Environment = environment });
    }

    private static IReadOnlyList<string> AllGpus()
    {
        if (CudaDriver.TryLoad(out var reason) is not { } driver)
            throw new DeviceException($"--device cuda:all: {reason}; an NVIDIA driver is needed");
        return driver.Gpus() is { Count: > 0 } gpus
            ? [.. gpus.Select(gpu => gpu.Uuid)]
            : throw new DeviceException("--device cuda:all: the driver shows no GPU; one must be there and visible");
    }
}
