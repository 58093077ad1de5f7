using System.Globalization;

namespace LlmMemProfiler.Cli.Tests;

/// <summary>Whatever is wrong with the input: one line that says what, where and what would be right, and exit code 2.</summary>
public sealed class BadInputTests : IDisposable
{
    private const int BadInput = 2;

    private readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData("replay", "bad TRACE ''; must not be empty")]
    [InlineData("doctor --libtorch", "bad --libtorch ''; must not be empty")]
    [InlineData("calibrate --out", "bad --out ''; must not be empty")]
    [InlineData("run tiny --device cpu --save-logits", "bad --save-logits ''; must not be empty")]
    [InlineData("run tiny --device cpu --save-model", "bad --save-model ''; must not be empty")]
    [InlineData("run tiny --device cpu --trace", "bad --trace ''; must not be empty")]
    [InlineData("validate", "bad RESULTS ''; must not be empty")]
    public async Task An_empty_argument_is_refused_before_any_work(string command, string refusal) =>
        (await Llmmem.Run([.. command.Split(' '), ""])).Badly(2, refusal);

    [Theory]
    [InlineData("", "missing command", "estimate")]
    [InlineData("--json", "--json", "llmmem --help")]
    [InlineData("frobnicate", "'frobnicate'", "estimate, run")]
    [InlineData("estimte", "'estimte'", "did you mean estimate?")]
    [InlineData("estimate gpt2-x", "'gpt2-x'", "did you mean gpt2-xl")]
    [InlineData("estimate llama", "'llama' is neither a preset nor a file", "guide-354m")]
    [InlineData("estimate tiny gpt2", "'gpt2'", "llmmem estimate --help")]
    [InlineData("estimate @/etc/passwd", "'@/etc/passwd'", "does not exist")]
    [InlineData("estimate ./no-such-model/config.json", "'./no-such-model/config.json' does not exist", "a folder that contains one")]
    [InlineData("model", "MODEL is missing", "a .gguf file")]
    [InlineData("estimate --bach 3", "'--bach'", "did you mean --batch?")]
    [InlineData("run --promt 3", "'--promt'", "did you mean --prompt?")]
    [InlineData("--versio", "'--versio'", "did you mean --version? (see")]
    [InlineData("estimate --batch", "missing a value for --batch", "Sequences decoded together", "estimate --help")]
    [InlineData("sweep", "missing PLAN (A plan (batch, ", "see llmmem sweep --help")]
    [InlineData("replay", "missing TRACE (File written by 'llmmem run --trace FILE')")]
    [InlineData("validate --json", "missing RESULTS (Results files")]
    [InlineData("report", "missing RESULTS (", " and --out DIR (Folder for ")]
    [InlineData("report x", "missing --out DIR (Folder for ")]
    [InlineData("report x --out", "missing a value for --out (DIR: ")]
    [InlineData("estimate --prompt 32kk", "bad --prompt '32kk'", "such as 32k")]
    [InlineData("estimate gpt2 --prompt 32k", "32832 positions")]
    [InlineData("estimate --target A100", "unknown target 'A100'", "did you mean a100-40 or a100-80 or a100-40-pcie?")]
    [InlineData("estimate --target sm_999:1:1GiB", "nothing is known of sm_999", "did you mean sm_")]
    [InlineData("estimate --target a100-80/2g.10gb", "unknown slice '2g.10gb' of a100-80", "did you mean 1g.10gb or 2g.20gb?")]
    [InlineData("estimate --target voodoo2", "known targets: h100, a100-80, ", " others, which the list of targets has")]
    [InlineData("estimate --memory 0", "bad --memory '0'", "must be a size of at least 1MiB, such as 24GiB, or free")]
    [InlineData("estimate --memory 24", "bad --memory '24'", "that is 24 bytes: did you mean 24GiB?")]
    [InlineData("estimate --memory 24B", "bad --memory '24B'", "must be a size of at least 1MiB")]
    [InlineData("estimate --memory 99999999999GiB", "bad --memory '99999999999GiB'", "must be a size")]
    [InlineData("estimate --target cpu --memory free", "--memory free is what is free on a GPU; for cpu it must be a size")]
    [InlineData("estimate --must-fit", "--must-fit needs a memory to fit into; must be with --target or --memory")]
    [InlineData("estimate --target gtx-1080", "no kernels for gtx-1080", "no code for capability 6.1", "must be 7.x")]
    [InlineData("replay x --target mi300x", "'mi300x'", "NVIDIA's GPUs only")]
    [InlineData("estimate --libtorch-version 2", "bad --libtorch-version '2'", "must be a version such as 2.12")]
    [InlineData("estimate --libtorch-version 2.12", "--libtorch-version 2.12 chooses the rules of a GPU's libtorch", "use it with --target")]
    [InlineData("estimate --target cpu --libtorch-version 2.12.1", "--libtorch-version 2.12.1", "use it with --target")]
    [InlineData("replay x --at middle", "unknown --at 'middle'", "must be reserved or allocated")]
    [InlineData("estimate --batch 0", "bad --batch '0'", "an integer from 1")]
    [InlineData("estimate --batch -1", "--batch", "from 1")]
    [InlineData("estimate --batch 1e30", "bad --batch '1e30'", "an integer from 1")]
    [InlineData("estimate --batch 2147483648", "bad --batch '2147483648'", "to 2147483647")]
    [InlineData("estimate --batch 1 --batch 2", "--batch", "single")]
    [InlineData("estimate --prompt NaN", "bad --prompt 'NaN'", "an integer from 1")]
    [InlineData("estimate --new-tokens 1.5", "bad --new-tokens '1.5'", "an integer from 1")]
    [InlineData("estimate --dtype fp15", "unknown --dtype 'fp15'", "fp16, bf16, fp32 or int8")]
    [InlineData("estimate --attention flash", "unknown --attention 'flash'", "fused or math")]
    [InlineData("estimate --logits some", "unknown --logits 'some'", "last or all")]
    [InlineData("run tiny --device virtual:h100 --save-logits x.safetensors", "--save-logits x.safetensors", "virtual:h100 computes no logits")]
    [InlineData("run tiny --seed 1e3", "bad --seed '1e3'", "integer")]
    [InlineData("estimate --prompt 1000 --new-tokens 100", "1100 positions", "guide-354m has 1024", "at most 1024")]
    [InlineData("estimate --prompt 2147483647 --new-tokens 2147483647", "4294967294 positions", "at most 1024")]
    [InlineData("run gpt2-x --libtorch /nonexistent", "'gpt2-x'", "did you mean gpt2-xl")]
    public async Task The_command_line(string line, params string[] words) =>
        (await Llmmem.Run(line.Split(' ', StringSplitOptions.RemoveEmptyEntries))).Badly(BadInput, words);

    [Theory]
    [InlineData("--ba\ntch")]
    [InlineData("a\r\nb\e[31mc")]
    public async Task What_was_typed_makes_no_second_line(string word) =>
        Assert.DoesNotContain('\e', (await Llmmem.Run("estimate", word)).Badly(BadInput));

    [Theory]
    [InlineData("d_model", null, "d_model is missing", "a positive whole number")]
    [InlineData("layers", "0", "layers is 0", "from 1 to")]
    [InlineData("layers", "4001", "layers is 4001", "from 1 to 4000")]
    [InlineData("vocabulary", "-5", "vocabulary is -5", "from 1 to")]
    [InlineData("d_ff", "1e30", "d_ff is 1e30", "a whole number")]
    [InlineData("d_ff", "2.5", "d_ff is 2.5", "a whole number")]
    [InlineData("heads", "\"4\"", "heads is \"4\"", "a whole number")]
    [InlineData("heads", "3", "3 heads do not divide d_model 64", "multiple")]
    [InlineData("kv_heads", "3", "3 kv_heads do not divide 4 heads", "multiple")]
    [InlineData("positions", "NaN", "positions is \"NaN\"", "a whole number")]
    [InlineData("positions", "nan", "invalid JSON at line 1", "config.json")]
    [InlineData("norm_epsilon", "-1", "epsilon is -1", "positive")]
    [InlineData("tied_output", "1", "tied_output is 1", "true or false")]
    public async Task A_models_number(string field, string? value, params string[] words)
    {
        var fields = new Dictionary<string, string>
        {
            ["layers"] = "2",
            ["d_model"] = "64",
            ["heads"] = "4",
            ["kv_heads"] = "4",
            ["d_ff"] = "256",
            ["vocabulary"] = "100",
            ["positions"] = "256",
            ["tied_output"] = "true",
            ["linear_bias"] = "true",
            ["final_norm"] = "true",
        };
        fields.Remove(field);
        if (value is not null)
            fields[field] = value;
        var file = folder.With("config.json", $"{{{string.Join(',', fields.Select(f => $"\"{f.Key}\":{f.Value}"))}}}");
        (await Llmmem.Run("estimate", file)).Badly(BadInput, [file, .. words]);
    }

    [Theory]
    [InlineData("", "invalid JSON")]
    [InlineData("{", "invalid JSON at line 1")]
    [InlineData("GGUF\u0003", "invalid JSON at line 1")]
    [InlineData("[]", "contains a JSON Array", "an object")]
    [InlineData("""{"model_type":"lama"}""", "model_type is 'lama'; did you mean llama?")]
    [InlineData("""{"model_type":"gpt2","n_layer":12,"n_embed":64}""", "field 'n_embed' is unknown", "did you mean n_embd")]
    public async Task A_file_that_is_no_model(string text, params string[] words)
    {
        var file = folder.With("config.json", text);
        // The folder stands for its file.
        (await Llmmem.Run("estimate", folder.Path)).Badly(BadInput, [file, .. words]);
    }

    [Fact]
    public async Task A_file_of_two_gigabytes_is_not_read()
    {
        var file = Path.Combine(folder.Path, "config.json");
        using (var sparse = File.Create(file))
            sparse.SetLength(2L << 30);
        (await Llmmem.Run("estimate", file)).Badly(BadInput, file, "larger than 1048576 bytes");
        (await Llmmem.Run("estimate", "/dev/zero")).Badly(BadInput, "/dev/zero", "bytes");
    }

    [Fact]
    public async Task A_folder_without_a_config() =>
        (await Llmmem.Run("estimate", folder.Path)).Badly(BadInput, Path.Combine(folder.Path, "config.json"), "no such file");

    [Theory]
    [InlineData("estimate", 2_000_000_000)]
    [InlineData("run", 2_000_000_000)]
    [InlineData("estimate", 1)]
    public async Task A_model_too_large_to_be_counted_in_64_bits_is_no_small_number(string command, int batch)
    {
        var file = folder.With("huge.json", """
            {"layers":4000,"d_model":2147483647,"heads":1,"d_ff":2147483647,"vocabulary":2147483647,"positions":2147483647,
             "tied_output":false,"linear_bias":true,"final_norm":true}
            """);
        (await Llmmem.Run(command, file, "--batch", batch.ToString(CultureInfo.InvariantCulture))).Badly(BadInput, "64-bit byte counts");
    }

    [Fact]
    public async Task An_output_folder_that_cannot_be_written_shows_before_the_long_work()
    {
        var file = folder.With("in-the-way", "precious");
        Directory.CreateDirectory(Path.Combine(folder.Path, "results.jsonl"));
        foreach (var output in (string[])[file, Path.Combine(file, "below"), folder.Path, "/proc/llmmem"])
        {
            // Had it gone on to libtorch, that would be what is complained of.
            var line = (await Llmmem.Run("run", "tiny", "--out", output, "--libtorch", "/nonexistent"))
                .Badly(BadInput, $"--out {output}", "expected a writable folder");
            Assert.DoesNotContain("libtorch", line, StringComparison.Ordinal);
        }
        Assert.Equal("precious", File.ReadAllText(file));
        Assert.Equal(2, Directory.GetFileSystemEntries(folder.Path, "*", SearchOption.AllDirectories).Length);
    }

    public void Dispose() => folder.Dispose();
}
