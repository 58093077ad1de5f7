using System.Runtime.InteropServices;
using LlmMemProfiler.VirtualGpu.SharedObjects;

namespace LlmMemProfiler.VirtualGpu.Tests.SharedObjects;

public sealed unsafe class SharedObjectTests
{
    private static readonly delegate* unmanaged<nint, byte*, byte*, nint> FindVersion =
        (delegate* unmanaged<nint, byte*, byte*, nint>)NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), "dlvsym");

    [Fact]
    public void Its_functions_are_found_by_name_and_by_version()
    {
        var handle = Load("libvirtual-a.so.1", [("first", "ONE"), ("second", "TWO"), ("third", null)]);
        foreach (var (name, version) in ((string, string)[])[("first", "ONE"), ("second", "TWO")])
        {
            Assert.Equal(NativeLibrary.GetExport(handle, name), Versioned(handle, name, version));
            Assert.Equal(0, Versioned(handle, name, "NONE"));
        }
        Assert.NotEqual(0, NativeLibrary.GetExport(handle, "third"));
        Assert.Equal(handle, NativeLibrary.Load("libvirtual-a.so.1"));
    }

    [Fact]
    public void A_call_goes_through_the_table_and_a_missing_one_says_its_number()
    {
        var plan = Plan("libvirtual-b.so.1", [("built", null), ("missing", null)]);
        var handle = ObjectLoader.Load(SharedObject.Write(plan, name => name == "missing" ? 77 : null), plan.Name);
        var table = new FunctionTable(plan, handle);
        table.Fill(new Dictionary<string, nint> { ["built"] = (nint)(delegate* unmanaged<int, int>)&Doubled }, (nint)(delegate* unmanaged<int, int>)&Same);
        Assert.Equal((84, 77), (Call(handle, "built", 42), Call(handle, "missing", 42)));
        table.Silence();
        Assert.Equal((0, 0), (Call(handle, "built", 42), Call(handle, "missing", 42)));
    }

    [Fact]
    public void A_fault_lets_so_many_calls_pass_and_fails_from_then_on()
    {
        var plan = Plan("libvirtual-c.so.1", [("built", null)]);
        var handle = ObjectLoader.Load(SharedObject.Write(plan, _ => null), plan.Name);
        var table = new FunctionTable(plan, handle);
        table.Fill(new Dictionary<string, nint> { ["built"] = (nint)(delegate* unmanaged<int, int>)&Doubled }, 0);
        table.Break(Fault.Read("built:2:719", ["built"]), (nint)(delegate* unmanaged<int, int>)&Same);
        Assert.Equal([84, 84, 719, 719], Enumerable.Range(0, 4).Select(_ => Call(handle, "built", 42)));
    }

    [Theory]
    [InlineData("built", "no fault")]
    [InlineData("built:x:1", "no fault")]
    [InlineData("built:-1:1", "no fault")]
    [InlineData("bilt:1:1", "did you mean built?")]
    public void A_bad_fault_is_told(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<Core.InputException>(() => Fault.Read(text, ["built"])).Message, StringComparison.Ordinal);

    [UnmanagedCallersOnly]
    private static int Doubled(int number) => 2 * number;

    [UnmanagedCallersOnly]
    private static int Same(int number) => number;

    private static int Call(nint handle, string name, int argument) => ((delegate* unmanaged<int, int>)NativeLibrary.GetExport(handle, name))(argument);

    private static ObjectPlan Plan(string name, (string, string?)[] functions) => new(name, functions);

    private static nint Load(string name, (string, string?)[] functions) => ObjectLoader.Load(SharedObject.Write(Plan(name, functions), _ => null), name);

    private static nint Versioned(nint handle, string name, string version)
    {
        fixed (byte* first = System.Text.Encoding.ASCII.GetBytes(name + '\0'), second = System.Text.Encoding.ASCII.GetBytes(version + '\0'))
            return FindVersion(handle, first, second);
    }
}
