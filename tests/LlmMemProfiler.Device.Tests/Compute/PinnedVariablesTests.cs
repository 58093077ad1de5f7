using System.Runtime.InteropServices;
using LlmMemProfiler.Device.Compute;

namespace LlmMemProfiler.Device.Tests.Compute;

public partial class PinnedVariablesTests
{
    private const string Name = "TORCH_CUDNN_SDPA_DEPRIORITIZED";

    [Fact]
    public void Native_libraries_see_them_and_what_the_user_sets_stays()
    {
        Assert.Null(Environment.GetEnvironmentVariable(Name));
        PinnedVariables.SetFor("cpu");
        Assert.Null(InLibC(Name));
        if (!NativeLibrary.TryLoad("libcuda.so.1", out _))
        {
            PinnedVariables.SetFor("auto");
            Assert.Null(InLibC(Name));
        }

        Environment.SetEnvironmentVariable("TORCH_CUDNN_SDPA_PREFERRED", "user's");
        try
        {
            PinnedVariables.SetFor("cuda:0");
            Assert.Equal(("1", "1"), (InLibC(Name), Environment.GetEnvironmentVariable(Name)));
            Assert.Equal("user's", Environment.GetEnvironmentVariable("TORCH_CUDNN_SDPA_PREFERRED"));
            Assert.Null(InLibC("TORCH_CUDNN_SDPA_PREFERRED"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("TORCH_CUDNN_SDPA_PREFERRED", null);
        }
    }

    private static string? InLibC(string name) => Marshal.PtrToStringUTF8(GetEnv(name));

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint GetEnv(string name);
}
