using LlmMemProfiler.Device.LibTorch;
using LlmMemProfiler.Device.LibTorch.Elf;

namespace LlmMemProfiler.Cli.Tests;

/// <summary>
/// The list by which the program decides whether a libtorch that lacks something can serve: held against what the dynamic
/// loader really binds for the wrapper while the program works.
/// </summary>
public class OperationSymbolsTests
{
    [Theory]
    [InlineData("doctor")]
    [InlineData("run tiny-gqa --device cpu --dtype int8 --cache concat --attention math --prefill-chunk 5 --new-tokens 3 --json")]
    [InlineData("run tiny --device cpu --dtype bf16 --kv-dtype fp32 --cache paged --batch 2 --prompt 33 --new-tokens 3 --logits all --json")]
    [InlineData("run tiny --device cpu --dtype fp16 --kv-dtype int8 --v-dtype fp8 --prompt 9 --new-tokens 3 --json")]
    public async Task Each_function_that_is_bound_at_its_first_call_stands_in_the_list(string arguments)
    {
        using var folder = new TemporaryFolder();
        (await Llmmem.Run(Llmmem.Command(arguments.Split(' ')).WithEnvironmentVariables(e => e
            .Set("LD_DEBUG", "bindings")
            .Set("LD_DEBUG_OUTPUT", Path.Combine(folder.Path, "loader"))))).Well();
        // 'binding file /proc/self/fd/57 [0] to …/libtorch_cpu.so [0]: normal symbol `_ZN2at…': the wrapper is loaded from memory.
        var bound = Directory.GetFiles(folder.Path).SelectMany(File.ReadLines)
            .Where(line => line.Contains("binding file /proc/self/fd/", StringComparison.Ordinal))
            .Select(line => line.Split('`')[1].Split('\'')[0])
            .ToHashSet();
        using var wrapper = ElfLibrary.Open(PrivateWrapper.Original);
        var atFirstCall = wrapper.Imports().Where(i => !i.AtLoad).Select(i => i.Name).Where(bound.Contains).ToList();
        Assert.Contains("_ZN2at4_ops10layer_norm4callERKNS_6TensorEN3c108ArrayRefINS5_6SymIntEEERKSt8optionalIS2_ESC_db", atFirstCall);
        Assert.Empty(atFirstCall.Except(WrapperFit.OperationSymbols()).Order());
    }
}
