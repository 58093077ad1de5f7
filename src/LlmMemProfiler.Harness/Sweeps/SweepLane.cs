using System.Globalization;
using LlmMemProfiler.Core;
using LlmMemProfiler.Device;
using LlmMemProfiler.Device.Probes;
using LlmMemProfiler.Harness.Sweeps.Workers;

namespace LlmMemProfiler.Harness.Sweeps;

/// <summary>A device in a sweep, which runs one worker at a time.</summary>
/// <param name="Name">The user's name for it.</param>
/// <param name="Device">Its workers' name for it.</param>
/// <param name="Command">How to start a worker.</param>
public sealed record SweepLane(string Name, string Device, WorkerCommand Command)
{
    private const string Visible = "CUDA_VISIBLE_DEVICES";

    /// <summary>
    /// The devices of a list such as 'cuda:0,cuda:1', or 'cuda:all'. If there are several, each worker sees only its own, so that
    /// it leaves no context on another.
    /// </summary>
    /// <param name="devices">As given on the command line.</param>
    /// <param name="command">How to start a worker.</param>
    /// <param name="visible">The value of CUDA_VISIBLE_DEVICES; null if unset.</param>
    /// <exception cref="InputException">One is not a device's name, is listed twice, or is listed along with the CPU.</exception>
    /// <exception cref="DeviceException">One does not exist.</exception>
    public static IReadOnlyList<SweepLane> Of(string devices, WorkerCommand command, string? visible)
    {
        var names = devices.Equals("cuda:all", StringComparison.OrdinalIgnoreCase) ? AllGpus() : devices.Split(',', StringSplitOptions.TrimEntries);
        var choices = names.Select(DeviceChoice.Parse).ToList();
        if (choices is [var only])
            return [new(only.ToString(), only.ToString(), command)];
        if (choices.Find(c => c.IsAuto || c.IsCpu || c.Virtual is not null) is { } single)
            throw new InputException($"--device {devices}: {single} cannot be combined with other devices; list only GPUs, such as cuda:0,cuda:1");
        var lanes = choices.ConvertAll(choice => Of(choice, command, visible?.Split(',', StringSplitOptions.TrimEntries)));
        if (lanes.GroupBy(lane => lane.Command.Environment[Visible]).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new InputException($"--device {devices}: {twice.First().Name} is listed twice; list each GPU once");
        return lanes;
    }

    /// <summary>Queries the device's facts from a worker.</summary>
    /// <param name="libtorch">Folder of another libtorch; null for the program's own.</param>
    /// <param name="allowBusy">True if other processes may be using the GPU.</param>
    /// <param name="limit">Time limit for the answer.</param>
    /// <exception cref="DeviceException">The device cannot be used.</exception>
    /// <exception cref="InputException">A variable has a value that libtorch would refuse.</exception>
    public async Task<WorkerFacts> QueryAsync(string? libtorch, bool allowBusy, TimeSpan limit)
    {
        var end = await WorkerProcess.RunAsync(Command, new(Device, libtorch, null, null, 0, allowBusy), limit, _ => { }, CancellationToken.None);
        if (end.Facts is { } facts)
            return facts;
        var reason = end.Fault?.Text ?? (end.TimedOut
            ? string.Create(CultureInfo.InvariantCulture, $"{Name}: a worker did not answer within {limit.TotalSeconds:0.###} s")
            : $"{Name}: a worker exited with code {end.ExitCode} before answering{(end.StderrTail.Length > 0 ? $" ({end.StderrTail})" : "")}");
        if (end.Fault is { Kind: WorkerFault.Input })
            throw new InputException($"{reason}; no point was measured");
        throw new DeviceException(end.Fault is null ? $"{reason}; run 'llmmem doctor' for details" : reason);
    }

    private static SweepLane Of(DeviceChoice choice, WorkerCommand command, string[]? visible)
    {
        var gpu = choice.Uuid ?? (choice.Index is { } index && visible is not null
            ? index < visible.Length ? visible[index] : throw new DeviceException($"--device {choice}: {Visible} lists only {visible.Length} GPU(s); use a smaller index")
            : choice.Index!.Value.ToString(CultureInfo.InvariantCulture));
        var environment = new Dictionary<string, string>(command.Environment) { [Visible] = gpu };
        return new(choice.ToString(), choice.Uuid ?? "cuda:0", command with { Environment = environment });
    }

    private static IReadOnlyList<string> AllGpus()
    {
        if (CudaDriver.TryLoad(out var reason) is not { } driver)
            throw new DeviceException($"--device cuda:all: {reason}; install an NVIDIA driver");
        return driver.Gpus() is { Count: > 0 } gpus
            ? [.. gpus.Select(gpu => gpu.Uuid)]
            : throw new DeviceException("--device cuda:all: no GPU found; at least one must be visible");
    }
}
