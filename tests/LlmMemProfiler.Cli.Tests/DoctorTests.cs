using System.Globalization;

namespace LlmMemProfiler.Cli.Tests;

public sealed class DoctorTests
{
    [Fact]
    public async Task A_machine_that_can_measure_is_told_the_command_and_how_much_it_measures()
    {
        var last = Last((await Llmmem.Run("doctor")).Quietly());
        Assert.Matches(@"^ready: llmmem calibrate \(\d+ points, about [0-9.]+ (s|min|h)\)?", last);
        var planned = (await Llmmem.Run("calibrate", "--dry-run", "--device", "cpu", "--json")).Quietly().Json.GetProperty("points").GetArrayLength();
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"({planned} points, "), last, StringComparison.Ordinal);
    }

    /// <summary>The shell takes the last line's command as it stands.</summary>
    [Fact]
    public async Task A_machine_that_cannot_is_told_what_is_missing_and_a_command_that_mends_it()
    {
        var command = Llmmem.Command("doctor").WithEnvironmentVariables(e => e.Set("LLMMEM_LIBTORCH", "/nonexistent"));
        var ended = await Llmmem.Run(command);
        Assert.Equal(3, ended.Code);
        var last = Last(ended);
        Assert.StartsWith("not ready: libtorch: LLMMEM_LIBTORCH /nonexistent: no libtorch_cpu.so", last, StringComparison.Ordinal);
        var mended = await Llmmem.Run(command.WithTargetFile("sh").WithArguments(["-c", last.Split("; try: ")[1]]).WithEnvironmentVariables(e => e
            .Set("LLMMEM_LIBTORCH", "/nonexistent").Set("PATH", $"{AppContext.BaseDirectory}:{Environment.GetEnvironmentVariable("PATH")}")));
        Assert.StartsWith("ready: ", Last(mended.Well()), StringComparison.Ordinal);

        last = Last(await Llmmem.Run("doctor", "--libtorch", "/nonexistent"));
        Assert.EndsWith("try: llmmem doctor --libtorch \"$(python3 -c 'import torch; print(torch.__path__[0])')\"", last, StringComparison.Ordinal);
    }

    private static string Last(Ended ended) => ended.Output.TrimEnd('\n').Split('\n')[^1];
}
