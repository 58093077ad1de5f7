using System.Text;
using System.Text.Json;
using LlmMemProfiler.Calibration.Accuracy;
using LlmMemProfiler.Calibration.Fits;
using LlmMemProfiler.Calibration.Inputs;
using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Tests.Inputs;

public sealed class InputTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("llmmem-tests-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Records_that_did_not_end_well_or_lack_a_number_are_left_out_and_counted()
    {
        var records = new Synthetic { Count = 60 }.Records().ToArray();
        records[0] = records[0] with { Status = RunStatus.Oom };
        records[1] = records[1] with { Status = RunStatus.Timeout };
        records[2] = records[2] with { Measured = records[2].Measured with { DevicePeak = null } };
        records[3] = records[3] with { Estimates = [.. records[3].Estimates.Take(1)] };

        var counts = CalibrationRun.Of(CalibrationInput.Of(records)).Counts;

        Assert.Equal((60, 2, 2, 56), (counts.Read, counts.NotOk, counts.Incomplete, counts.Fitted + counts.Conformal + counts.HeldOut));
    }

    /// <summary>
    /// One beyond each limit, two within all of them, and others of an earlier version, which does not say. A thread that waits for its own
    /// process's threads is no sign of a busy machine.
    /// </summary>
    [Fact]
    public void Points_of_a_busy_machine_are_counted()
    {
        var quiet = new ActivityWindow(1, 9, 0.1, 0.05, 0.05, 0.05, 0.05);
        var (other, waiting) = (0.11, 0.06);
        ActivityWindow[] during = [quiet with { Others = other }, quiet with { Waited = waiting }, quiet with { Stolen = waiting }, quiet with { Throttled = waiting }, quiet with { MemoryStalled = waiting }, quiet];
        var records = new Synthetic { Count = 30 }.Records().ToArray();
        for (var i = 0; i < during.Length; i++)
            records[i] = records[i] with { Activity = new(quiet, during[i], quiet) };
        Assert.Equal(4, CalibrationInput.Of(records).Busy);
        Assert.Equal("other processes took 11 % of the processors' time", records[0].Activity!.Disturbance);
    }

    /// <summary>What has no device total fits nothing, and is not put together with what has one.</summary>
    [Fact]
    public void Records_of_a_virtual_GPU_are_refused_by_a_fit_and_beside_measured_ones()
    {
        var measured = new Synthetic { Count = 60 }.Records().ToArray();
        var made = measured.Select(r => r with { Device = r.Device with { Kind = DeviceKind.Virtual } }).ToArray();
        Assert.Contains("virtual GPU, which has no device total", Assert.Throws<InputException>(() => CalibrationRun.Of(CalibrationInput.Of(made))).Message, StringComparison.Ordinal);
        foreach (var both in (RunRecord[][])[[measured[0], made[1]], [made[0], measured[1]]])
            Assert.Contains("pass those of one kind", Assert.Throws<InputException>(() => CalibrationInput.Of(both)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Too_few_records_are_refused_and_it_is_said_how_many_are_needed(int count)
    {
        var message = Assert.ThrowsAny<InputException>(() => CalibrationRun.Of(CalibrationInput.Of(new Synthetic { Count = count }.Records()))).Message;
        Assert.Contains($"of {count} are usable", message, StringComparison.Ordinal);
        Assert.Contains("at least 5, 1, and 1 are needed", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Records_of_two_machines_make_no_profile()
    {
        var records = new Synthetic { Count = 30 }.Records().ToArray();
        records[20] = records[20] with { Host = records[20].Host with { Threads = 1 } };
        Assert.Contains("threads 8, not 1", Assert.ThrowsAny<InputException>(() => CalibrationInput.Of(records)).Message, StringComparison.Ordinal);
    }

    /// <summary>Version 0.1 counted pages of files, which come and go with the system's page cache.</summary>
    [Fact]
    public void Resident_totals_of_older_records_and_private_ones_never_meet_in_a_fit()
    {
        var records = new Synthetic { Count = 30 }.Records().ToArray();
        records[20] = records[20] with { Measured = records[20].Measured with { DeviceLevel = DeviceLevel.Private } };
        Assert.Contains("device level resident, not private", Assert.ThrowsAny<InputException>(() => CalibrationInput.Of(records)).Message, StringComparison.Ordinal);
    }

    /// <summary>A name such as 'AMD EPYC' has several processors, and the C library's allocator serves the tensors.</summary>
    [Fact]
    public void Processors_of_one_name_are_told_apart_where_records_say_which()
    {
        var (old, one) = (new Synthetic { Count = 2 }.Records()[0], new Synthetic { Count = 2 }.Records()[1]);
        var host = one.Host with { ProcessorId = "AuthenticAMD family 25 model 17 stepping 1", InstructionSets = "avx2", CLibrary = "glibc 2.36" };
        Assert.Empty(HardwareKey.Of(old).DifferencesFrom(HardwareKey.Of(one with { Host = host })));
        Assert.Equal(
            ["processor", "instruction", "C"],
            HardwareKey.Of(one with { Host = host })
                .DifferencesFrom(HardwareKey.Of(one with { Host = host with { ProcessorId = "AuthenticAMD family 26 model 2 stepping 1", InstructionSets = "avx512f", CLibrary = "glibc 2.41" } }))
                .Select(d => d.Split(' ')[0]));
    }

    [Fact]
    public void What_the_profiler_itself_takes_is_never_fitted()
    {
        var records = new Synthetic { Count = 60 }.Records();
        var with = records.Select((r, i) => r with
        {
            Measured = r.Measured with
            {
                Parts = r.Measured.Parts.With((Part.Profiler, new(i << 20))),
                DevicePeak = r.Measured.DevicePeak + new ByteSize(i << 20),
            },
        });
        var (without, fitted) = (CalibrationRun.Of(CalibrationInput.Of(records)), CalibrationRun.Of(CalibrationInput.Of(with)));
        Assert.Equal((without.Overhead, without.Context, without.Residual.Constant), (fitted.Overhead, fitted.Context, fitted.Residual.Constant));
        Assert.Equal(without.Estimators[2].After, fitted.Estimators[2].After);
    }

    [Fact]
    public void A_profile_comes_back_from_its_file_as_it_was_written()
    {
        var profile = new Synthetic { Count = 60 }.Profile();
        var file = Path.Combine(folder, HardwareProfiles.FileName);
        File.WriteAllText(file, JsonSerializer.Serialize(profile, ProfileJson.Default.HardwareProfile));

        var back = HardwareProfiles.Find(folder);

        Assert.Equal(File.ReadAllText(file), JsonSerializer.Serialize(back, ProfileJson.Default.HardwareProfile));
        Assert.Equal(profile.Context, HardwareProfiles.Find(file).Context);

        File.WriteAllText(file, File.ReadAllText(file), new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        Assert.Equal(profile.Context, HardwareProfiles.Find(file).Context);
        File.WriteAllText(file, File.ReadAllText(file), Encoding.Unicode);
        Assert.Equal(
            $"{file}: encoded in UTF-16; expected a profile in UTF-8",
            Assert.ThrowsAny<InputException>(() => HardwareProfiles.Find(file)).Message);
    }

    [Fact]
    public void A_profiles_name_counts_in_any_case() =>
        Assert.Equal(HardwareProfiles.Find("cpu-epyc-2").Evidence.Sha256, HardwareProfiles.Find("CPU-EPYC-2").Evidence.Sha256);

    [Theory]
    [InlineData("\"schema\":2", "\"schema\":7", "schema 7")]
    [InlineData("\"groups\":[", "\"groups\":[],\"x\":[", "last half width")]
    [InlineData("\"residual\":{", "\"residual\":null,\"x\":{", "not a profile")]
    [InlineData("\"feature\":\"weights\"", "\"feature\":\"wishes\"", "wishes")]
    [InlineData("\"cache\":null,\"value\":", "\"cache\":null,\"value\":-1", "half width")]
    [InlineData("\"value_bytes\":", "\"value_bytes\":9000000000000000000,\"x\":", "out of range")]
    [InlineData("{", "[", "not a profile")]
    public void What_is_no_profile_is_refused_by_name(string from, string to, string reason)
    {
        var json = JsonSerializer.Serialize(new Synthetic { Count = 60 }.Profile(), ProfileJson.Default.HardwareProfile);
        var at = json.IndexOf(from, StringComparison.Ordinal);
        Assert.True(at >= 0);
        var file = Path.Combine(folder, "broken.json");
        File.WriteAllText(file, json[..at] + to + json[(at + from.Length)..]);

        var message = Assert.ThrowsAny<InputException>(() => HardwareProfiles.Find(file)).Message;
        Assert.StartsWith(file, message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_source_without_an_end_is_not_read_to_it() => Assert.Contains(
        "larger than", Assert.ThrowsAny<InputException>(() => HardwareProfiles.Find("/dev/zero")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("nowhere", "'nowhere' is not a profile or a file; known profiles: cpu-epyc-2, cuda-h100-80gb")]
    [InlineData("cpu-epic-2", "'cpu-epic-2' is not a profile or a file; did you mean cpu-epyc-2?")]
    public void A_name_that_is_no_profile_is_refused(string name, string message) =>
        Assert.Equal(message, Assert.ThrowsAny<InputException>(() => HardwareProfiles.Find(name)).Message);

    [Fact]
    public void The_evidence_is_the_hash_of_what_was_read_and_tells_ones_own_results()
    {
        var file = Path.Combine(folder, "results.jsonl");
        File.WriteAllLines(file, new Synthetic { Count = 60 }.Records().Select(r => JsonSerializer.Serialize(r with { PointId = r.Key.Id }, RecordJson.Default.RunRecord)));

        var input = CalibrationInput.ReadFiles([folder], isSkipping: false);
        var profile = CalibrationRun.Of(input);

        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file))), profile.Evidence.Sha256);
        Assert.Equal(Synthetic.Noon.AddSeconds(59), profile.Evidence.Newest);
        Assert.True(Validation.IsOwnEvidence(profile, input));
        File.AppendAllText(file, File.ReadLines(file).First().Replace("\"started\":\"2026", "\"started\":\"2027", StringComparison.Ordinal) + "\n");
        Assert.False(Validation.IsOwnEvidence(profile, CalibrationInput.ReadFiles([folder], isSkipping: false)));
    }

    [Fact]
    public void Parts_are_compared_one_by_one()
    {
        var input = CalibrationInput.Of(new Synthetic { Count = 60 }.Records());
        var validation = Validation.Of(input.Points, new Synthetic().Profile());

        var simulated = validation.Single(e => e.Estimator == "simulated");
        Assert.Equal(0, simulated.Parts.Single(p => p.Part == "weights").Maximum.Bytes);
        Assert.InRange(simulated.Parts.Single(p => p.Part == "context").Median.Bytes, 1, 200_000);
        Assert.Contains(validation.Single(e => e.Estimator == "guide").Parts, p => p.Part == "overhead");
        Assert.Equal(simulated.After!.MaximumPercent, Math.Abs(simulated.Worst[0].Percent));
        Assert.Equal(simulated.Worst.OrderByDescending(w => Math.Abs(w.Percent)), simulated.Worst);
    }
}
