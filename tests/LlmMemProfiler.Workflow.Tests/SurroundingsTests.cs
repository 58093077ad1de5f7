using System.Globalization;

namespace LlmMemProfiler.Workflow.Tests;

/// <summary>
/// Every command in every kind of hostile surroundings: it does its work, or says in one line why not, and a record that was measured is
/// kept. All 224 with LLMMEM_CASES=all; else a few, drawn afresh each time and told by their seed.
/// </summary>
public sealed class SurroundingsTests : IDisposable
{
    private const int Drawn = 16;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>As a shell writes them; $D is the test's folder, $R the repository.</summary>
    private static readonly string[] Commands =
    [
        "--help",
        "--version",
        "estimate gpt2 --target h100 --batch 4 --json",
        "estimate $D/none.json",
        "run tiny --device cpu --prompt 4 --new-tokens 2 --out $D/out",
        "run tiny --device cpu --prompt 4 --new-tokens 2 --out $D/out --trace $D/trace.json --save-logits $D/logits.safetensors --json",
        "sweep $D/plan.json --device cpu --out $D/out",
        "sweep standard --device cuda:0 --dry-run",
        "calibrate $R/profiles/hardware/cpu-epyc-2/sweep --out $D/profile.json",
        "validate $R/profiles/hardware/cpu-epyc-2/lengths",
        "report $R/profiles/hardware/cpu-epyc-2/lengths --out $D/report",
        "profiles",
        "doctor",
        "replay $D/none.json",
    ];

    /// <summary>What comes before the program, and its streams.</summary>
    private static readonly (string Before, string Streams)[] Surroundings =
    [
        ("", "2>&-"),
        ("", ">&- 2>&- <&-"),
        ("", ">/dev/full"),
        ("", ">/dev/full 2>/dev/full"),
        ("", "| head -c 1"),
        ("env -i", ""),
        ("env HOME=/nonexistent XDG_DATA_HOME=/nonexistent XDG_CACHE_HOME=/nonexistent TMPDIR=/nonexistent", ""),
        ("env HOME=relative XDG_DATA_HOME=relative XDG_CACHE_HOME=relative", ""),
        ("env COLUMNS=-5 TERM=unknown LANG=xx LC_ALL=tr_TR.UTF-8 TZ=Nowhere/Else", ""),
        ("env COLUMNS=20 NO_COLOR=1 TERM=dumb", ""),
        ("env LLMMEM_LIBTORCH=. PYTHONPATH=.:relative PATH=.:/usr/bin:/bin", ""),
        ("env OMP_NUM_THREADS=many CUDA_VISIBLE_DEVICES=,, PYTORCH_ALLOC_CONF=nonsense", ""),
        ("mkdir gone && cd gone && rmdir ../gone && exec", ""),
        ("ulimit -f 16; exec env --ignore-signal=XFSZ DOTNET_EnableWriteXorExecute=0", ""),
        ("ulimit -n 256; ulimit -c 0; exec", ""),
        ("umask 777; exec", ""),
    ];

    private static readonly string[] Traces = ["   at ", "Unhandled", "internal error", "Exception"];

    [Fact(Timeout = 3_600_000)]
    public async Task Each_command_ends_as_it_should_in_each_of_them()
    {
        var seed = Environment.TickCount;
        var cases = Commands.SelectMany(command => Surroundings.Select(around => (command, around.Before, around.Streams))).ToArray();
        if (Environment.GetEnvironmentVariable("LLMMEM_CASES") is not "all")
        {
            new Random(seed).Shuffle(cases);
            cases = cases[..Drawn];
        }
        folder.With("plan.json", """{"points":[{"model":"tiny","prompt":4,"new_tokens":2},{"model":"tiny","batch":2,"prompt":4,"new_tokens":2}]}""");
        var wrong = new List<string>();
        foreach (var (number, (command, before, streams)) in cases.Index())
        {
            if (await Wrong(number, command, before, streams) is { } reason)
                wrong.Add(reason);
        }
        TestContext.Current.SendDiagnosticMessage(string.Create(CultureInfo.InvariantCulture, $"seed {seed}: {cases.Length} cases, {wrong.Count} wrong"));
        Assert.True(wrong.Count == 0, $"seed {seed}:\n{string.Join('\n', wrong)}");
    }

    private async Task<string?> Wrong(int number, string command, string before, string streams)
    {
        var own = Directory.CreateDirectory(Path.Combine(folder.Path, number.ToString(CultureInfo.InvariantCulture))).FullName;
        File.Copy(Path.Combine(folder.Path, "plan.json"), Path.Combine(own, "plan.json"));
        // A pipe's status is its last command's; the program's own goes to a file that is open already, whatever the surroundings allow.
        var ended = await Llmmem.Run(Llmmem.Command().WithTargetFile("bash").WithArguments(
            ["-c", $"exec 9> code; {{ ( {before} {Llmmem.Executable} {command.Replace("$D", own, StringComparison.Ordinal).Replace("$R", LlmMemProfiler.Cli.Tests.Repository.Root, StringComparison.Ordinal)} ); echo $? >&9; }} {streams}"])
            .WithWorkingDirectory(own));
        var what = $"{before} llmmem {command} {streams}";
        if (!int.TryParse(File.ReadAllText(Path.Combine(own, "code")), CultureInfo.InvariantCulture, out var code))
            return $"{what}: no exit code; {ended.Error}";
        if (code is not (0 or 1 or 2 or 3))
            return $"{what}: exit code {code}; {ended.Error}";
        if (Traces.FirstOrDefault(word => ended.Error.Contains(word, StringComparison.Ordinal)) is { } trace)
            return $"{what}: '{trace}' in {ended.Error}";
        if (code == 2 && streams.Length == 0 && ended.Error.Split('\n').Count(line => line.StartsWith("llmmem: ", StringComparison.Ordinal)) != 1)
            return $"{what}: not one line that says why: {ended.Error}";
        // What was measured is kept, whatever became of the rest.
        var results = Path.Combine(own, "out", "results.jsonl");
        var expected = !command.Contains("/out", StringComparison.Ordinal) || code > 1 ? 0 : command.StartsWith("run", StringComparison.Ordinal) ? 1 : 2;
        var records = File.Exists(results) ? File.ReadAllLines(results).Length : 0;
        return records < expected ? $"{what}: {records} of {expected} records are kept; {ended.Error}" : null;
    }
}
