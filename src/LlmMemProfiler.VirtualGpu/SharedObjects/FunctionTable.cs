using System.Runtime.InteropServices;

namespace LlmMemProfiler.VirtualGpu.SharedObjects;

/// <summary>The table of a loaded object, through which each of its functions jumps.</summary>
internal sealed unsafe class FunctionTable
{
    private readonly ObjectPlan plan;
    private readonly nint handle;
    private readonly nint* table;

    public FunctionTable(ObjectPlan plan, nint handle)
    {
        this.plan = plan;
        this.handle = handle;
        table = (nint*)NativeLibrary.GetExport(handle, SharedObject.Table);
    }

    /// <summary>Sets the functions' addresses; one that is missing keeps none, since its thunk jumps to the other one.</summary>
    public void Fill(IReadOnlyDictionary<string, nint> built, nint missing)
    {
        for (var i = 0; i < plan.Functions.Count; i++)
            table[i] = built.GetValueOrDefault(plan.Functions[i].Name);
        Extra(SharedObject.MissingAt) = missing;
    }

    /// <summary>Makes one of the functions fail.</summary>
    /// <param name="fault">The fault; nothing happens if it is another object's.</param>
    /// <param name="raisedBy">The address that is told of the error.</param>
    /// <returns>True if the function is this object's.</returns>
    public bool Break(Fault fault, nint raisedBy)
    {
        var isBroken = false;
        for (var i = 0; i < plan.Functions.Count; i++)
        {
            if (plan.Functions[i].Name != fault.Call)
                continue;
            Extra(SharedObject.CallsLeftAt) = (nint)fault.Passed;
            Extra(SharedObject.PassedToAt) = table[i];
            Extra(SharedObject.ErrorAt) = fault.Error;
            Extra(SharedObject.RaisedByAt) = raisedBy;
            table[i] = NativeLibrary.GetExport(handle, SharedObject.Fault);
            isBroken = true;
        }
        return isBroken;
    }

    /// <summary>How often a function that is to fail was called.</summary>
    public long CallsOf(Fault fault) => fault.Passed - Extra(SharedObject.CallsLeftAt);

    /// <summary>
    /// From now on no function does anything: as the process ends, libraries call them after the runtime that they are written in has
    /// been shut down.
    /// </summary>
    public void Silence()
    {
        var quiet = NativeLibrary.GetExport(handle, SharedObject.Quiet);
        for (var i = 0; i < plan.Functions.Count; i++)
            table[i] = quiet;
        Extra(SharedObject.MissingAt) = quiet;
    }

    private ref nint Extra(int at) => ref table[plan.Functions.Count + at];
}
