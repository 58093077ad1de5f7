namespace LlmMemProfiler.VirtualGpu.Hardware;

/// <summary>Streams, events and other objects, by handles that are addresses in one table: any other value is seen to be no handle.</summary>
internal sealed unsafe class ObjectTable : IDisposable
{
    private const int Most = 1 << 20;

    private readonly DeviceObject* objects = (DeviceObject*)NativePages.Table((long)Most * sizeof(DeviceObject));
    private readonly SpinGate gate = SpinGate.Create();

    /// <summary>Number 0 is none.</summary>
    private int used = 1;
    private int unused;

    /// <summary>Adds an object.</summary>
    /// <returns>Its entry; null if there are too many.</returns>
    public DeviceObject* Add(ObjectKind kind)
    {
        gate.Enter();
        var number = unused;
        if (number != 0)
            unused = objects[number].Next;
        else if (used < Most)
            number = used++;
        if (number != 0)
            objects[number] = new() { Kind = kind };
        gate.Leave();
        return number == 0 ? null : objects + number;
    }

    /// <summary>The object of a handle; null if it is none of that kind.</summary>
    public DeviceObject* Find(void* handle, ObjectKind kind)
    {
        var at = (byte*)handle - (byte*)objects;
        return at > 0 && at < (nint)used * sizeof(DeviceObject) && at % sizeof(DeviceObject) == 0 && ((DeviceObject*)handle)->Kind == kind
            ? (DeviceObject*)handle
            : null;
    }

    /// <returns>False if there is no such object.</returns>
    public bool Remove(void* handle, ObjectKind kind)
    {
        gate.Enter();
        var found = Find(handle, kind);
        if (found is not null)
        {
            found->Kind = ObjectKind.None;
            found->Next = unused;
            unused = (int)(found - objects);
        }
        gate.Leave();
        return found is not null;
    }

    public void Dispose()
    {
        NativePages.Free((byte*)objects, (long)Most * sizeof(DeviceObject));
        gate.Free();
    }
}
