using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Device.Probes;

namespace LlmMemProfiler.Device.Tests.Probes;

/// <summary>A GPU is opened, read and refused, against a fake driver and a fake NVML whose calls can fail one by one.</summary>
public class CudaProbeTests
{
    private const string Alone = "PROCESSES=0";
    private static readonly string[] Idle = ["USED=1000000ull", Alone];

    [Fact]
    public void An_idle_GPU_is_opened_and_read_in_its_primary_context()
    {
        using var driver = new FakeLibrary(FakeCuda.Source, "LOADING_MODE=2");
        using var nvml = Nvml(Idle);
        using var probe = Open(driver, nvml);
        Assert.Equal(new(DeviceKind.Cuda, "Fake H100", "GPU-f0112233-4455-6677-8899-aabbccddeeff", new(85_029_158_912), "9.0", "570.86.15"), probe.Facts);
        Assert.Equal((132, "lazy"), (probe.Multiprocessors, probe.ModuleLoading));
        Assert.Null(probe.Others);
        Assert.Equal(new(new(5_000_000_001), null, null), probe.Read());
        Assert.Equal(new("warm_up", new(5_000_000_001), new(1_000_000), null, new(42)), probe.Level("warm_up", new(42)));
        Assert.Equal(new ByteSize(577_852_800), probe.Nvml!.Reserved);
    }

    [Theory]
    [InlineData("LOADING_MODE=1", "eager")]
    [InlineData("LOADING_MODE=7", null)]
    [InlineData("UNSAID", null)]
    public void The_way_modules_are_loaded_is_what_the_driver_says(string define, string? words)
    {
        using var driver = new FakeLibrary(FakeCuda.Source, define);
        using var nvml = Nvml(Idle);
        using var probe = Open(driver, nvml);
        Assert.Equal(words, probe.ModuleLoading);
    }

    [Fact]
    public void A_GPU_with_other_processes_is_refused_with_their_ids_and_the_way_round()
    {
        using var driver = new FakeLibrary(FakeCuda.Source);
        using var nvml = Nvml("USED=900000000ull", "PROCESSES=7", "OWN_BYTES=0");
        var error = Assert.Throws<DeviceException>(() => Open(driver, nvml));
        Assert.Equal(
            "cuda:0 (Fake H100): in use by 7 other process(es) (ids 4000000000, 4000000001, 4000000002, 4000000003, 4000000004, …); " +
            "a measurement needs an idle GPU: wait, choose another one, or pass --allow-busy (noted in the record)",
            error.Message);
    }

    [Fact]
    public void A_GPU_whose_users_a_container_hides_is_refused_by_its_level()
    {
        using var driver = new FakeLibrary(FakeCuda.Source);
        using var nvml = Nvml("USED=3000000000ull", Alone);
        var error = Assert.Throws<DeviceException>(() => Open(driver, nvml));
        Assert.Contains("2.79 GiB in use by processes not visible from here", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_process_that_is_just_ending_is_waited_for()
    {
        using var driver = new FakeLibrary(FakeCuda.Source);
        using var nvml = Nvml("USED=1000000ull", Alone, "FIRST_LOOKS=6", "FIRST_PROCESSES=1", "OWN_BYTES=0");
        using var probe = Open(driver, nvml);
        Assert.Null(probe.Others);
    }

    [Fact]
    public void Where_others_are_permitted_the_probe_says_who_and_takes_their_bytes_off()
    {
        using var driver = new FakeLibrary(FakeCuda.Source);
        using var nvml = Nvml("USED=3000000000ull", "PROCESSES=2", "OWN_BYTES=0");
        using var probe = Open(driver, nvml, allowBusy: true);
        Assert.Equal(new OtherUse(2, new(3_000_000_000)), probe.Others);
        Assert.Equal(new ByteSize(2_000_000_001), probe.Read().Used);
        Assert.Equal(new ByteSize(5_000_000_001), probe.Level("end", null).Driver);
    }

    [Fact]
    public void What_others_give_back_makes_no_negative_level()
    {
        using var driver = new FakeLibrary(FakeCuda.Source, "IN_USE=7ull");
        using var nvml = Nvml("USED=3000000000ull", "PROCESSES=2", "OWN_BYTES=0");
        using var probe = Open(driver, nvml, allowBusy: true);
        Assert.Equal(ByteSize.Zero, probe.Read().Used);
    }

    [Fact]
    public void This_process_is_told_by_its_id()
    {
        using var driver = new FakeLibrary(FakeCuda.Source);
        using var nvml = Nvml("USED=1000000ull", "PROCESSES=1", "OWN_BYTES=750000003ull");
        using var probe = Open(driver, nvml);
        Assert.Equal(new ByteSize(750_000_003), probe.Level("warm_up", null).Process);
    }

    [Fact]
    public void In_a_container_with_ids_of_its_own_it_is_the_one_that_came()
    {
        using var driver = new FakeLibrary(FakeCuda.Source);
        using var nvml = Nvml("USED=1000000ull", "PROCESSES=1", "FIRST_LOOKS=2", "FIRST_PROCESSES=0", "FOREIGN_IDS", "OWN_BYTES=600000000ull");
        using var probe = Open(driver, nvml);
        Assert.Equal(new ByteSize(600_000_000), probe.Level("warm_up", null).Process);
    }

    [Fact]
    public void Where_two_came_neither_is_taken_for_this_one()
    {
        using var driver = new FakeLibrary(FakeCuda.Source);
        using var nvml = Nvml("USED=1000000ull", "PROCESSES=2", "FIRST_LOOKS=2", "FIRST_PROCESSES=0", "FOREIGN_IDS");
        using var probe = Open(driver, nvml);
        Assert.Null(probe.Level("warm_up", null).Process);
    }

    [Fact]
    public void No_bytes_for_a_process_that_has_a_context_are_not_believed()
    {
        using var driver = new FakeLibrary(FakeCuda.Source);
        using var nvml = Nvml("USED=1000000ull", "PROCESSES=1", "FIRST_LOOKS=2", "FIRST_PROCESSES=0", "FOREIGN_IDS", "OWN_BYTES=0ull");
        using var probe = Open(driver, nvml);
        Assert.Null(probe.Level("warm_up", new(2 << 20)).Process);
    }

    [Fact]
    public void A_MIG_instance_is_found_by_its_own_UUID_in_CUDA_and_NVML()
    {
        const string uuid = "MIG-f0112233-4455-6677-8899-aabbccddeeff";
        using var driver = new FakeLibrary(FakeCuda.Source, "NAME=\"Fake A100 MIG 1g.5gb\"");
        using var nvml = new FakeLibrary(FakeNvml.Source, [$"UUID0=\"{uuid}\"", .. Idle]);
        using var probe = CudaProbe.Open(DeviceChoice.Parse(uuid), allowBusy: false, driver.Library, nvml.Library);
        Assert.Equal(uuid, probe.Facts.Uuid);
        Assert.NotNull(probe.Nvml);
        Assert.Null(probe.NvmlRefusal);
    }

    [Fact]
    public void Without_NVML_the_probe_says_why()
    {
        using var driver = new FakeLibrary(FakeCuda.Source);
        using var probe = CudaProbe.Open(DeviceChoice.Parse("cuda:0"), allowBusy: false, driver.Library, "libnvidia-ml-that-nobody-has.so.1");
        Assert.StartsWith("libnvidia-ml-that-nobody-has.so.1 not found", probe.NvmlRefusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cuInit")]
    [InlineData("cuDeviceGetCount")]
    [InlineData("cuDeviceGet")]
    [InlineData("cuDeviceGetName")]
    [InlineData("cuDeviceGetUuid_v2", "cuDeviceGetUuid")]
    [InlineData("cuDeviceTotalMem_v2")]
    [InlineData("cuDeviceGetAttribute")]
    [InlineData("cuDevicePrimaryCtxRetain")]
    [InlineData("cuModuleGetLoadingMode")]
    public void A_driver_call_that_fails_at_the_start_is_one_line_that_names_it(string call, string? named = null)
    {
        using var driver = new FakeLibrary(FakeCuda.Source, "LOADING_MODE=2", $"FAILING=\"{call}\"");
        using var nvml = Nvml(Idle);
        var error = Assert.Throws<DeviceException>(() => Open(driver, nvml));
        Assert.Contains($"{named ?? call} failed with 719 (unspecified launch failure)", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cuCtxSetCurrent")]
    [InlineData("cuMemGetInfo_v2")]
    public void One_that_fails_later_is_a_level_that_is_not_known(string call)
    {
        using var driver = new FakeLibrary(FakeCuda.Source, $"FAILING=\"{call}\"");
        using var nvml = Nvml(Idle);
        using var probe = Open(driver, nvml);
        Assert.Null(probe.Read().Used);
        Assert.Contains($"{call} failed with 719", probe.Read().Reason, StringComparison.Ordinal);
        Assert.Equal(new("end", null, new(1_000_000), null, null), probe.Level("end", null));
    }

    [Theory]
    [InlineData("nvmlInit_v2")]
    [InlineData("nvmlSystemGetDriverVersion")]
    [InlineData("nvmlDeviceGetHandleByUUID")]
    [InlineData("nvmlDeviceGetMemoryInfo_v2")]
    [InlineData("nvmlDeviceGetComputeRunningProcesses_v3")]
    public void No_call_of_NVML_that_fails_keeps_a_GPU_from_being_measured(string call)
    {
        using var driver = new FakeLibrary(FakeCuda.Source);
        using var nvml = Nvml([.. Idle, $"FAILING=\"{call}\""]);
        using var probe = Open(driver, nvml);
        Assert.Equal(new ByteSize(5_000_000_001), probe.Read().Used);
        // Memory falls back to the call's first version, so that nothing is refused.
        Assert.Equal(call.Contains("MemoryInfo", StringComparison.Ordinal), probe.NvmlRefusal is null);
        if (probe.NvmlRefusal is { } refusal)
            Assert.Contains($"{call.Replace("_v3", "", StringComparison.Ordinal)} failed with 999 (Some Error)", refusal, StringComparison.Ordinal);
        Assert.Equal(call.Contains("Init", StringComparison.Ordinal) || call.Contains("Handle", StringComparison.Ordinal), probe.Nvml is null);
    }

    [Fact]
    public void Without_the_reserve_told_apart_a_level_says_nothing_of_others()
    {
        using var driver = new FakeLibrary(FakeCuda.Source);
        using var nvml = Nvml("USED=0ull", Alone, "NO_MEMORY_V2");
        using var probe = Open(driver, nvml);
        Assert.Null(probe.Others);
        Assert.Null(probe.Nvml!.Reserved);
    }

    [Theory]
    [InlineData("cuda:1", "Fake A2000")]
    [InlineData("cuda", "Fake H100")]
    [InlineData("GPU-F1112233-4455-6677-8899-AABBCCDDEEFF", "Fake A2000")]
    public void A_GPU_is_opened_by_number_or_UUID(string name, string found)
    {
        using var driver = new FakeLibrary(FakeCuda.Source);
        using var nvml = Nvml(Idle);
        using var probe = CudaProbe.Open(DeviceChoice.Parse(name), allowBusy: false, driver.Library, nvml.Library);
        Assert.Equal(found, probe.Facts.Name);
    }

    [Theory]
    [InlineData("cuda:2")]
    [InlineData("GPU-00000000-4455-6677-8899-aabbccddeeff")]
    public void One_that_is_not_there_is_refused_with_those_that_are(string name)
    {
        using var driver = new FakeLibrary(FakeCuda.Source);
        using var nvml = Nvml(Idle);
        var error = Assert.Throws<DeviceException>(() => CudaProbe.Open(DeviceChoice.Parse(name), allowBusy: false, driver.Library, nvml.Library));
        Assert.StartsWith($"--device {name}: unknown GPU; visible: cuda:0 is Fake H100, GPU-f0112233", error.Message, StringComparison.Ordinal);
    }

    private static FakeLibrary Nvml(params string[] defines) => new(FakeNvml.Source, [FakeNvml.Uuid0, .. defines]);

    private static CudaProbe Open(FakeLibrary driver, FakeLibrary nvml, bool allowBusy = false) =>
        CudaProbe.Open(DeviceChoice.Parse("cuda:0"), allowBusy, driver.Library, nvml.Library);
}
