using System.Text.Json.Nodes;

namespace LlmMemProfiler.Workflow.Tests;

/// <summary>calibrate keeps this hardware's profile; the commands that can use it take it, and say so.</summary>
public sealed class InstalledProfileTests : IDisposable
{
    private static readonly string Evidence = Path.Combine(Repository.Root, "profiles", "hardware", "cpu-epyc-2");

    private static readonly string Sweep = Path.Combine(Evidence, "sweep");

    private readonly TemporaryFolder data = new();

    public void Dispose() => data.Dispose();

    [Fact]
    public async Task What_calibrate_installs_is_taken_for_records_of_that_hardware()
    {
        var calibrated = await Run("calibrate", Sweep);
        Assert.Equal(0, calibrated.Code);
        Assert.Contains("installed: " + Path.Combine(data.Path, "llmmem", "profiles", "cpu-"), calibrated.Output, StringComparison.Ordinal);
        Assert.Contains("overhead constant for this machine: ", calibrated.Output, StringComparison.Ordinal);

        var validated = await Run("validate", Sweep, "--json");
        Assert.Contains("note: with the profile installed for this hardware: cpu-", validated.Error, StringComparison.Ordinal);
        Assert.StartsWith("cpu-", (string?)validated.Json.GetProperty("profile").GetString(), StringComparison.Ordinal);
        Assert.Null((await Run("validate", Sweep, "--profile", "none", "--json")).Json.GetProperty("profile").GetString());

        var reported = await Run("report", Sweep, "--out", Path.Combine(data.Path, "report"));
        Assert.Contains("note: with the profile installed for this hardware: cpu-", reported.Error, StringComparison.Ordinal);

        var row = (await Run("profiles", "--json")).Json.GetProperty("profiles")[0];
        Assert.True(row.GetProperty("installed").GetBoolean());
        Assert.Contains("(installed", (await Run("profiles")).Output, StringComparison.Ordinal);
    }

    /// <summary>Without one, nothing is assumed.</summary>
    [Fact]
    public async Task An_estimate_without_a_target_is_for_this_machine_where_its_profile_is_installed()
    {
        Assert.Null((await Run("estimate", "gpt2", "--json")).Quietly().Json.GetProperty("profile").GetString());

        var here = (await Run("run", "tiny", "--new-tokens", "2", "--json")).Json;
        var (device, host) = (here.GetProperty("device"), here.GetProperty("host"));
        var profile = JsonNode.Parse(File.ReadAllText(Path.Combine(Evidence, "profile.json")))!;
        profile["name"] = "mine";
        var hardware = profile["hardware"]!;
        hardware["name"] = device.GetProperty("name").GetString();
        hardware["capability"] = device.GetProperty("capability").GetString();
        hardware["allocator"] = "";
        foreach (var (field, from) in ((string, string)[])[("libtorch", "libtorch"), ("processor_id", "processor_id"), ("instruction_sets", "instruction_sets"), ("c_library", "c_library")])
            hardware[field] = host.GetProperty(from).GetString();
        foreach (var field in (string[])["cores", "threads"])
            hardware[field] = host.GetProperty(field).GetInt32();
        profile["evidence"]!["torch_sharp"] = host.GetProperty("torch_sharp").GetString();
        Install(profile);

        var estimated = await Run("estimate", "gpt2", "--json");
        Assert.Equal("mine", estimated.Json.GetProperty("profile").GetString());
        Assert.Contains("with the profile installed for this hardware: mine of ", estimated.Error, StringComparison.Ordinal);
        Assert.Null((await Run("estimate", "gpt2", "--target", "h100", "--json")).Quietly().Json.GetProperty("profile").GetString());

        var ran = (await Run("run", "tiny", "--new-tokens", "2")).Output;
        Assert.Contains("simulated with profile mine: ", ran, StringComparison.Ordinal);
        Assert.DoesNotContain("with profile", (await Run("run", "tiny", "--new-tokens", "2", "--profile", "none")).Output, StringComparison.Ordinal);

        hardware["processor_id"] = "another processor of that name";
        Install(profile);
        Assert.Null((await Run("estimate", "gpt2", "--json")).Quietly().Json.GetProperty("profile").GetString());
    }

    /// <summary>After an update the key may be the same, and the installed profile still the older one.</summary>
    [Fact]
    public async Task What_moved_is_told_by_the_results_and_not_by_what_is_installed()
    {
        var file = Path.Combine(Evidence, "profile.json");
        var profile = JsonNode.Parse(File.ReadAllText(file))!;
        profile["context"]!["value_bytes"] = 1L << 30;
        Install(profile);
        var ended = await Run("validate", Sweep, "--against", file, "--max-drift", "2%", "--json");
        Assert.Contains("with the profile installed", ended.Error, StringComparison.Ordinal);
        Assert.Equal((0, 0), (ended.Code, ended.Json.GetProperty("drift").GetProperty("failed").GetArrayLength()));
    }

    [Fact]
    public async Task Where_nothing_can_be_installed_the_fit_is_shown_all_the_same()
    {
        var taken = Path.Combine(data.Path, "llmmem");
        File.WriteAllText(taken, "");
        var ended = await Run("calibrate", Sweep);
        Assert.Equal(0, ended.Code);
        Assert.Contains("installed profile not kept; --out FILE writes it, for --profile FILE (", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_profile_of_a_CPU_says_nothing_of_a_GPU() =>
        (await Run("estimate", "gpt2", "--profile", "cpu-epyc-2", "--target", "h100")).Badly(2, "cpu-amd-epyc", "was calibrated on cpu, not on cuda");

    private void Install(JsonNode profile)
    {
        var folder = Directory.CreateDirectory(Path.Combine(data.Path, "llmmem", "profiles")).FullName;
        File.WriteAllText(Path.Combine(folder, "mine.json"), profile.ToJsonString());
    }

    private Task<Ended> Run(params string[] arguments) =>
        Llmmem.Run(Llmmem.Command(arguments).WithEnvironmentVariables(e => e.Set("LLMMEM_LIBTORCH", null).Set("COLUMNS", null).Set(Llmmem.DataFolder, data.Path)));
}
