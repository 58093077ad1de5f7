using System.Reflection;
using System.Runtime.InteropServices;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.VirtualGpu.Exports;
using LlmMemProfiler.VirtualGpu.Hardware;
using LlmMemProfiler.VirtualGpu.SharedObjects;

namespace LlmMemProfiler.VirtualGpu;

/// <summary>
/// Puts virtual GPUs under whatever is loaded into this process later: the libraries of CUDA that it needs are written, loaded, and
/// answered by the functions of this assembly.
/// </summary>
public static class StandIn
{
    /// <summary>Rises with what programs see of a virtual GPU.</summary>
    public const int Version = 1;

    private const string VisibleVariable = "CUDA_VISIBLE_DEVICES";

    private static Func<VirtualFault>? readFault;

    /// <summary>The call that LLMMEM_VIRTUAL_FAULT makes fail, and how often it was called; null if none.</summary>
    public static VirtualFault? Fault => readFault?.Invoke();

    /// <summary>How many of CUDA's functions the loaded libtorch may call, and those of them that are not built: they fail, and say so.</summary>
    public static (int Count, IReadOnlyList<(string Library, string Name)> NotBuilt) Functions { get; private set; } = (0, []);

    /// <summary>Loads them, once in a process and before libtorch.</summary>
    /// <param name="gpu">The card.</param>
    /// <param name="count">How many the machine has; CUDA_VISIBLE_DEVICES may hide some.</param>
    /// <param name="total">Memory of each.</param>
    /// <param name="context">What a context takes of it.</param>
    /// <param name="imports">What libtorch's libraries take from others.</param>
    /// <param name="needed">Names of the libraries that they need.</param>
    /// <exception cref="VirtualGpuException">It cannot be done here, or libtorch is for another CUDA.</exception>
    /// <exception cref="InputException">LLMMEM_VIRTUAL_FAULT is no fault.</exception>
    public static void Load(
        GpuModel gpu, int count, ByteSize total, ByteSize context, IReadOnlyList<ImportedFunction> imports, IReadOnlyList<string> needed)
    {
        var visible = VisibleDevices.Of(count, Environment.GetEnvironmentVariable(VisibleVariable), VirtualDevice.UuidOf);
        var built = BuiltFunctions();
        var plans = ObjectPlan.Of(imports, needed, [.. built.Keys]);
        var functions = plans.SelectMany(plan => plan.Functions.Select(f => f.Name)).ToList();
        var fault = Environment.GetEnvironmentVariable(SharedObjects.Fault.Variable) is { Length: > 0 } text ? SharedObjects.Fault.Read(text, functions) : null;
        Caller.Use(new(gpu, visible, total.Bytes, context.Bytes));
        DeviceImages.Make();

        var missing = functions.Where(name => !built.ContainsKey(name)).Order(StringComparer.Ordinal).ToList();
        Functions = (functions.Count, [.. plans.SelectMany(plan => plan.Functions.Where(f => !built.ContainsKey(f.Name)).Select(f => (plan.Name, f.Name)))]);
        var numbers = missing.Select((name, i) => (name, i)).ToDictionary(m => m.name, m => m.i, StringComparer.Ordinal);
        var whenMissing = MissingFunctions.Use([.. missing.Select(name => (name, Interface.Of(name)!.NotSupported))]);
        var tables = new List<FunctionTable>();
        foreach (var plan in plans)
        {
            var handle = ObjectLoader.Load(SharedObject.Write(plan, name => numbers.TryGetValue(name, out var number) ? number : null), plan.Name);
            var table = new FunctionTable(plan, handle);
            table.Fill(built, whenMissing);
            if (fault is not null && table.Break(fault, Interface.Of(fault.Call)!.IsRuntime ? Faults.OfRuntime : Faults.OfOthers))
                readFault = () => new(fault.Call, fault.Passed, fault.Error, ErrorNames.Of(fault), table.CallsOf(fault));
            if (plan.Name == Interface.Driver)
                CudartEntryPoints.Use(handle);
            tables.Add(table);
        }
        AppDomain.CurrentDomain.ProcessExit += (_, _) => tables.ForEach(table => table.Silence());
    }

    /// <summary>What was read of the first device without having been written: such reads gave zeros.</summary>
    public static (long Calls, ByteSize Bytes) UnwrittenReads => Caller.Rack.Count == 0
        ? default
        : (Caller.Current.Levels.UnwrittenReads, new(Caller.Current.Levels.UnwrittenBytes));

    /// <summary>The exported functions of this assembly, by name.</summary>
    private static Dictionary<string, nint> BuiltFunctions() => typeof(Caller).Assembly.GetTypes()
        .Where(type => type.Namespace == typeof(Caller).Namespace)
        .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
        .Select(method => (Method: method, method.GetCustomAttribute<UnmanagedCallersOnlyAttribute>()?.EntryPoint))
        .Where(export => export.EntryPoint is not null)
        .ToDictionary(export => export.EntryPoint!, export => export.Method.MethodHandle.GetFunctionPointer(), StringComparer.Ordinal);
}
