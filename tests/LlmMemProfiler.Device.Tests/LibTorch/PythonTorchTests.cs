using System.Diagnostics;
using System.Runtime.Versioning;
using LlmMemProfiler.Device.LibTorch;

namespace LlmMemProfiler.Device.Tests.LibTorch;

[SupportedOSPlatform("linux")]
public sealed class PythonTorchTests : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    private readonly string folder = Directory.CreateTempSubdirectory("llmmem-test-").FullName;

    [Fact]
    public void Where_there_is_no_python_that_is_the_reason()
    {
        Assert.Empty(PythonTorch.Folders(out var reason, Path.Combine(folder, "python3")));
        Assert.EndsWith("python3 was not found", reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exit 0", "has no torch")]
    [InlineData("echo no module; echo the last word >&2; exit 3", "exited with code 3 when asked for its torch (the last word)")]
    [InlineData("kill -9 $$", "exited with code 137")]
    public void Why_a_python_names_none_is_told(string script, string reason)
    {
        Assert.Empty(PythonTorch.Folders(out var told, Python(script), Timeout));
        Assert.Contains(reason, told, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', told);
    }

    [Theory]
    [InlineData("sleep 300")]
    [InlineData("sleep 300 & echo $! > child; exit 0")]
    [InlineData("exec 1>&- 2>&-; sleep 300")]
    public void A_python_that_hangs_is_not_waited_for(string script)
    {
        var watch = Stopwatch.StartNew();
        Assert.Empty(PythonTorch.Folders(out var reason, Python(script), TimeSpan.FromSeconds(0.5)));
        Assert.Contains("within 0.5 s", reason, StringComparison.Ordinal);
        // It hangs for longer than that; how soon it was given up depends on how busy the machine is.
        Assert.True(watch.Elapsed < Timeout, $"{watch.Elapsed}");
    }

    [Fact]
    public void A_real_python_finds_torch_without_importing_it_and_not_in_the_working_directory()
    {
        var torch = Directory.CreateDirectory(Path.Combine(folder, "site", "torch")).FullName;
        File.WriteAllText(Path.Combine(torch, "__init__.py"), "import os; os._exit(9)\n");
        Directory.CreateDirectory(Path.Combine(folder, "cwd", "torch"));
        File.WriteAllText(Path.Combine(folder, "cwd", "torch", "__init__.py"), "");
        var python = Python($"cd '{folder}/cwd' && PYTHONPATH='{folder}/site' exec python3 \"$@\"");
        var folders = PythonTorch.Folders(out var reason, python, Timeout);
        Assert.SkipWhen(reason.Contains("exited with code 127", StringComparison.Ordinal), "no python3 here");
        Assert.Equal([torch], folders);
        Assert.Equal("", reason);
    }

    /// <summary>Whoever can write into the working directory must not have a say in what is run or loaded.</summary>
    [Fact]
    public void The_working_directory_has_no_say()
    {
        const string Variable = "PYTHONPATH";
        var before = Environment.GetEnvironmentVariable(Variable);
        Environment.SetEnvironmentVariable(Variable, $".:{folder}::site");
        try
        {
            Assert.Equal(["/"], PythonTorch.Folders(out _, Python("echo \"$OLDPWD\""), Timeout));
            Assert.Equal([folder], PythonTorch.Folders(out _, Python("echo \"$PYTHONPATH\""), Timeout));
            Assert.Empty(PythonTorch.Folders(out var reason, Python("echo site/torch; echo ./torch"), Timeout));
            Assert.EndsWith("has no torch", reason, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, before);
        }
    }

    [Fact]
    public void A_program_is_found_by_its_absolute_path_and_what_cannot_be_run_hides_none()
    {
        var name = Path.GetFileName(Python("exit 0"));
        var other = Directory.CreateDirectory(Path.Combine(folder, "other")).FullName;
        File.WriteAllText(Path.Combine(other, name), "no program");
        var here = Path.GetRelativePath(Environment.CurrentDirectory, folder);
        Assert.True(File.Exists(Path.Combine(here, name)));

        Assert.Null(TrustedPath.Find(name, $"{here}:.::{other}"));
        Assert.Equal(Path.Combine(folder, name), TrustedPath.Find(name, $"{here}:{other}:{folder}"));
    }

    [Fact]
    public void Without_a_package_the_torch_of_python_is_taken()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable(LibTorchFolder.Variable) is null or "", "the variable goes before");
        var lib = Directory.CreateDirectory(Path.Combine(folder, "torch", "lib")).FullName;
        File.WriteAllText(Path.Combine(lib, "libtorch_cpu.so"), "");
        Assert.Equal(new(lib, "python3"), LibTorchFolder.Find(null, "/nonexistent", Python($"echo '{folder}/torch'")));

        var error = Assert.Throws<DeviceException>(() => LibTorchFolder.Find(null, "/nonexistent", Python($"echo '{folder}'")));
        Assert.Contains("has no libtorch_cpu.so; set --libtorch", error.Message, StringComparison.Ordinal);
    }

    /// <summary>As <c>pip install --user</c> leaves it: below the home, or the folder that the variable names instead (docs.python.org, library/site).</summary>
    [Theory]
    [InlineData("HOME", ".local")]
    [InlineData("PYTHONUSERBASE", "")]
    public void A_torch_that_a_user_installed_without_root_is_found(string variable, string below)
    {
        var (real, version) = RealPython();
        var place = Path.Combine(folder, "user");
        var lib = StandIn(Path.Combine(place, below, "lib", $"python{version}", "site-packages"));
        Directory.CreateDirectory(Path.Combine(folder, "bin"));
        File.CreateSymbolicLink(Path.Combine(folder, "bin", "python3"), real);
        Assert.Equal(new(lib, "python3"), FindWith("bin", ("PYTHONUSERBASE", null), (variable, place)));
    }

    /// <summary>An environment's python3 is a link to the one it was made with, and has other packages only as long as it is called by its own path.</summary>
    [Fact]
    public void The_torch_of_a_virtual_environment_is_found_where_its_python3_comes_first_in_PATH()
    {
        var (real, version) = RealPython();
        var made = Started(real, "-m", "venv", "--without-pip", Path.Combine(folder, "venv"));
        Assert.SkipUnless(made.Code == 0, $"{real} makes no virtual environments");
        var lib = StandIn(Path.Combine(folder, "venv", "lib", $"python{version}", "site-packages"));
        Assert.Equal(new(lib, "python3"), FindWith("venv/bin"));
    }

    public void Dispose()
    {
        EndWhatOutlivedItsShell();
        Directory.Delete(folder, recursive: true);
    }

    private void EndWhatOutlivedItsShell()
    {
        if (!File.Exists(Path.Combine(folder, "child")))
            return;
        using var kill = Process.Start("kill", ["-KILL", File.ReadAllText(Path.Combine(folder, "child")).Trim()]);
        kill.WaitForExit();
    }

    /// <summary>The interpreter itself, as no program that picks one by the home, and its version as its folders have it.</summary>
    private static (string Path, string Version) RealPython()
    {
        var found = TrustedPath.Find("python3");
        Assert.SkipWhen(found is null, "no python3 here");
        var (code, output) = Started(found, "-c", "import sys; print(sys._base_executable); print('%d.%d' % sys.version_info[:2])");
        Assert.SkipUnless(code == 0, $"{found} does not run");
        var lines = output.Split('\n');
        return (lines[0], lines[1]);
    }

    /// <summary>A torch that is not to be imported, with a library that is not to be loaded.</summary>
    /// <returns>The folder of its libraries.</returns>
    private static string StandIn(string packages)
    {
        var lib = Directory.CreateDirectory(Path.Combine(packages, "torch", "lib")).FullName;
        File.WriteAllText(Path.Combine(packages, "torch", "__init__.py"), "import os; os._exit(9)\n");
        File.WriteAllText(Path.Combine(lib, "libtorch_cpu.so"), "");
        return lib;
    }

    /// <summary>What a build without libtorch loads, with a folder first in PATH and these variables; null removes one.</summary>
    private LibTorchFolder FindWith(string first, params (string Name, string? Value)[] variables)
    {
        (string Name, string? Value)[] all =
        [
            ("PATH", $"{Path.Combine(folder, first)}:{Environment.GetEnvironmentVariable("PATH")}"),
            (LibTorchFolder.Variable, null), ("PYTHONPATH", null), ("PYTHONHOME", null), ("PYTHONNOUSERSITE", null), .. variables,
        ];
        var before = all.DistinctBy(v => v.Name).Select(v => (v.Name, Environment.GetEnvironmentVariable(v.Name))).ToArray();
        Set(all);
        try
        {
            return LibTorchFolder.Find(null, "/nonexistent", python: null);
        }
        finally
        {
            Set(before);
        }

        static void Set(IEnumerable<(string Name, string? Value)> variables)
        {
            foreach (var (name, value) in variables)
                Environment.SetEnvironmentVariable(name, value);
        }
    }

    private static (int Code, string Output) Started(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }

    private string Python(string script)
    {
        var file = Path.Combine(folder, "python");
        File.WriteAllText(file, $"#!/bin/sh\ncd '{folder}'\n{script}\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return file;
    }
}
