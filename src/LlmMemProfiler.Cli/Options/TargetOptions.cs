using System.CommandLine;
using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.Core.Overheads;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Shapes.Kernels.Cuda;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Core.Verdicts;
using LlmMemProfiler.Device;
using LlmMemProfiler.Device.LibTorch;

namespace LlmMemProfiler.Cli.Options;

/// <summary>What is simulated, with which libtorch, and the memory that it is to fit into.</summary>
internal sealed class TargetOptions
{
    private const string TargetName = "--target";

    /// <summary>What is simulated where only a memory is given, and no GPU is here.</summary>
    private const string Usual = "a100-80";

    private readonly Option<string?> target = new(TargetName)
    {
        Description = $"Device to simulate, with its kernels and allocator: cpu, {TargetNames.Description} [default: the profile's hardware, else none]",
        HelpName = "NAME",
    };

    private readonly Option<AskedMemory?> memory = MemoryOption.Create();

    private readonly Option<LibTorchCuda?> libTorch = new("--libtorch-version")
    {
        Description = $"libtorch whose rules the simulation of a GPU follows; compared were {LibTorchCuda.Compared} [default: the profile's, on this machine's GPU the one found, else {LibTorchCuda.TorchSharp.Version}]",
        HelpName = "VERSION",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (LibTorchCuda.OfVersion(text) is { } libTorch)
                return libTorch;
            result.AddError($"bad --libtorch-version '{text}'; must be a version such as 2.12 or 2.12.1");
            return null;
        },
    };

    private readonly ProfileOption profile = new(", which leaves out the atlas of overheads too");

    public IEnumerable<Option> First => [target, memory, libTorch];

    public void AddProfileTo(Command command) => profile.AddTo(command);

    /// <summary>What is simulated, after what it has to be told.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="remarks">Receives what to tell.</param>
    /// <exception cref="InputException">A name is unknown, or options contradict each other.</exception>
    /// <exception cref="DeviceException">What is free was asked for, and the card is not here.</exception>
    public SimulatedTarget Read(ParseResult parsed, List<string> remarks)
    {
        var (asked, given) = (parsed.GetValue(memory), profile.ReadGiven(parsed));
        var wanted = parsed.GetValue(target) is { } named ? new Wanted(Targets.NameOf(named), Targets.GpuOf(named))
            : asked is not null && TargetOf(given?.Profile) is null ? WithoutName(asked, remarks)
            : null;
        var chosen = given ?? ChosenProfile.Installed(p => wanted is null ? ThisMachine.Has(p) : TargetOf(p) == wanted.Name);
        remarks.AddRange(chosen.Remarks);
        var used = chosen.Profile;
        var hasMemory = wanted is not null || asked is not null;
        wanted ??= TargetOf(used) is { } ofProfile ? new(ofProfile, Targets.GpuOf(ofProfile)) : null;
        var capacity = hasMemory && wanted is not null ? CapacityOf(ref wanted, asked) : null;
        return new(wanted?.Name, Simulated(wanted, parsed.GetValue(libTorch), used), used, capacity)
        {
            IsNone = chosen.IsNone,
            Overhead = used is null && wanted?.Gpu is { } gpu ? chosen.IsNone ? GpuOverhead.LeftOut : GpuOverhead.Of(gpu, Environment.GetEnvironmentVariable) : null,
        };
    }

    private static Target? Simulated(Wanted? wanted, LibTorchCuda? version, HardwareProfile? used)
    {
        var device = wanted is null ? null
            : wanted.Gpu is { } gpu ? Targets.Gpu(gpu, version ?? OfProfile(used) ?? (wanted.IsHere ? Found() : null) ?? LibTorchCuda.TorchSharp, Environment.GetEnvironmentVariable)
            : Targets.Find(wanted.Name, used?.Hardware.Threads ?? Environment.ProcessorCount, Environment.GetEnvironmentVariable);
        if (version is not null && device?.Kind != DeviceKind.Cuda)
            throw new InputException($"--libtorch-version {version.Version} chooses the rules of a GPU's libtorch; use it with {TargetName} NAME of a GPU");
        if (device is not null)
            used?.RequireFits(device.Kind);
        return device;
    }

    /// <summary>The libtorch that a profile was measured with, such as '2.11.0 (python3)'; null without a profile.</summary>
    private static LibTorchCuda? OfProfile(HardwareProfile? profile) => profile is null ? null : LibTorchCuda.OfVersion(profile.Hardware.Libtorch.Split(' ')[0]);

    /// <summary>The libtorch that a run would take here, as files beside it tell; null if there is none, or none does.</summary>
    private static LibTorchCuda? Found()
    {
        try
        {
            var folder = LibTorchFolder.Find(null);
            return folder.IsPackage || LibTorchVersion.Beside(folder.Path) is not { } version ? null : LibTorchCuda.OfVersion(version.Split('+')[0]);
        }
        catch (DeviceException)
        {
            return null;
        }
    }

    private static Wanted WithoutName(AskedMemory asked, List<string> remarks)
    {
        if (GpuHere.All(out var reason) is [var first, ..])
        {
            remarks.Add($"for the GPU of this machine, {first.Device.Name}; {TargetName} NAME takes another one");
            return new(first.Model.Name, first.Model) { IsHere = true };
        }
        if (asked.Size is null)
            throw new DeviceException($"{MemoryOption.Name} free: no GPU is here ({reason}); give a size, such as 24GiB");
        remarks.Add($"as on {Usual}, since no GPU is here; {TargetName} NAME takes another one");
        return new(Usual, Targets.GpuOf(Usual));
    }

    /// <param name="wanted">Gets the total that a fraction of the allocator's options is of.</param>
    /// <param name="asked">The memory that was asked about; null for the target's.</param>
    private static Capacity CapacityOf(ref Wanted wanted, AskedMemory? asked)
    {
        var name = wanted.Name;
        if (asked is null)
            return wanted.Gpu is { } gpu ? Capacity.Of(gpu) : new(name, null, null);
        if (asked.Size is { } size)
        {
            wanted = wanted with { Gpu = wanted.Gpu is { } card ? card with { Capacity = GpuCapacity.Of(size, MemoryOption.Name) } : null };
            return new(name, size, MemoryOption.Name);
        }
        if (wanted.Gpu is null)
            throw new InputException($"{MemoryOption.Name} free is what is free on a GPU; for {name} it must be a size, such as 16GiB");
        var here = GpuHere.All(out var reason);
        var found = here.FirstOrDefault(gpu => gpu.Model.Name == name) ?? throw new DeviceException(
            $"{MemoryOption.Name} free: no {name} is here ({reason ?? string.Join(", ", here.Select(gpu => gpu.Device.Name))}); give a size, such as 24GiB");
        wanted = wanted with { Gpu = found.Model };
        return new(name, found.Free(), $"free on cuda:{found.Device.Index} now");
    }

    /// <summary>The target that a profile's hardware is; null if it cannot be simulated.</summary>
    private static string? TargetOf(HardwareProfile? profile) =>
        profile is not { Hardware: var hardware } ? null
        : hardware.Kind == DeviceKind.Cpu ? DeviceKind.Cpu.Name()
        : GpuNames.OfDriver(hardware.Name, hardware.Total) is { } gpu && GpuCode.RunsOn(gpu.Capability) ? gpu.Name
        : null;

    /// <summary>A device by name.</summary>
    /// <param name="Name">As the tables have it.</param>
    /// <param name="Gpu">Null for the CPU.</param>
    private sealed record Wanted(string Name, GpuModel? Gpu)
    {
        /// <summary>True for the GPU of this machine that no name was given for.</summary>
        public bool IsHere { get; init; }
    }
}

/// <summary>What an estimate is for.</summary>
/// <param name="Name">The target's name; null if nothing is simulated.</param>
/// <param name="Device">The target; null if nothing is simulated.</param>
/// <param name="Profile">The profile to apply; null for none.</param>
/// <param name="Capacity">The memory that it is to fit into; null if none was asked about, else there is a device.</param>
internal sealed record SimulatedTarget(string? Name, Target? Device, HardwareProfile? Profile, Capacity? Capacity)
{
    /// <summary>What the runtime takes on a GPU without a profile; null with one, and on a CPU.</summary>
    public GpuOverhead? Overhead { get; init; }

    /// <summary>True if the command line asks for no profile.</summary>
    public bool IsNone { get; init; }
}
