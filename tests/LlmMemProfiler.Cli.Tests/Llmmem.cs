using System.Text.Json;
using CliWrap;
using CliWrap.Buffered;

namespace LlmMemProfiler.Cli.Tests;

/// <summary>What one run of the program left behind.</summary>
internal sealed record Ended(int Code, string Output, string Error)
{
    /// <summary>The one document on stdout; fails where there is anything else.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    /// <summary>Done, and not one word on stderr.</summary>
    public Ended Quietly()
    {
        Assert.Equal("", Error);
        return Well();
    }

    public Ended Well()
    {
        Assert.True(Code == 0, $"exit code {Code}: {Error}");
        return this;
    }

    /// <summary>Ended with this code, and one line on stderr that holds each of the words; nothing on stdout.</summary>
    public string Badly(int code, params string[] words)
    {
        Assert.True(Code == code, $"exit code {Code} instead of {code}: {Error}");
        Assert.Equal("", Output);
        Assert.StartsWith("llmmem: ", Error, StringComparison.Ordinal);
        Assert.EndsWith("\n", Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', Error[..^1]);
        Assert.All(words, word => Assert.Contains(word, Error, StringComparison.Ordinal));
        return Error;
    }
}

/// <summary>The built program, run as its user runs it: a process of its own.</summary>
internal static class Llmmem
{
    public const string DataFolder = "XDG_DATA_HOME";

    public static string Executable { get; } = Path.Combine(AppContext.BaseDirectory, "llmmem");

    /// <summary>Started as users start it; a test's own environment keeps a run from starting twice, and has .NET start sooner.</summary>
    public static Command AsUsersDo(params string[] arguments) =>
        Command(arguments).WithEnvironmentVariables(e => e.Set("LLMMEM_LIBTORCH", null).Set("COLUMNS", null)
            .Set("DOTNET_TieredCompilation", null).Set("DOTNET_EnableWriteXorExecute", null));

    public static Command Command(params string[] arguments) =>
        CliWrap.Cli.Wrap(Executable)
            .WithArguments(arguments)
            // What the tester's shell happens to have set is not what is tested.
            .WithEnvironmentVariables(e => e.Set("LLMMEM_LIBTORCH", null).Set("COLUMNS", null))
            .WithValidation(CommandResultValidation.None);

    public static Task<Ended> Run(params string[] arguments) => Run(Command(arguments));

    /// <summary>Profiles that the tester, or another test, has installed are not seen, unless the command names their folder.</summary>
    public static async Task<Ended> Run(Command command)
    {
        if (!command.EnvironmentVariables.ContainsKey(DataFolder))
        {
            using var own = new TemporaryFolder();
            return await Run(command.WithEnvironmentVariables(new Dictionary<string, string?>(command.EnvironmentVariables) { [DataFolder] = own.Path }));
        }
        var result = await command.ExecuteBufferedAsync(TestContext.Current.CancellationToken);
        return new(result.ExitCode, result.StandardOutput, result.StandardError);
    }
}
