using System.IO.Compression;
using System.Xml.Linq;
using CliWrap;
using CliWrap.Buffered;

namespace LlmMemProfiler.Workflow.Tests;

/// <summary>
/// A build with CUDA, whose packages have gigabytes, from stand-ins for two of them: one that asks for TorchSharp as
/// TorchSharp-cuda-linux does, and one with files where libtorch's are. TorchSharp is the real one.
/// </summary>
public sealed class StockWrapperTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("llmmem-test-").FullName;

    [Fact]
    public async Task With_CUDAs_packages_no_second_wrapper_lies_beside_the_program()
    {
        Package("libtorch-cuda-12.8-linux-x64", "2.10.0", "", "runtimes/linux-x64/native/libtorch_cuda.so");
        Package("TorchSharp-cuda-linux", Version("TorchSharp-cuda-linux"),
            $"""<dependency id="TorchSharp" version="{Version("TorchSharp")}" /><dependency id="libtorch-cuda-12.8-linux-x64" version="2.10.0" />""");
        // A program that refers to a project with the packages, as the command line refers to Device.
        Write("Directory.Build.props", $"""
            <Project><PropertyGroup>
              <DirectoryPackagesPropsPath>{Repository.Root}/Directory.Packages.props</DirectoryPackagesPropsPath>
              <TargetFramework>net10.0</TargetFramework><RuntimeIdentifier>linux-x64</RuntimeIdentifier><SelfContained>false</SelfContained>
              <RestoreSources>{root}/feed</RestoreSources><RestorePackagesPath>{root}/packages</RestorePackagesPath>
              <RestoreFallbackFolders>{await Cached()}</RestoreFallbackFolders><NuGetAudit>false</NuGetAudit>
            </PropertyGroup></Project>
            """);
        Write("Directory.Build.targets", $"""<Project><Import Project="{Repository.Root}/Directory.Build.targets" /></Project>""");
        Write("library/library.csproj", $"""<Project Sdk="Microsoft.NET.Sdk"><Import Project="{Repository.Root}/src/LlmMemProfiler.Device/Torch.props" /></Project>""");
        Write("program/program.csproj", """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><OutputType>Exe</OutputType></PropertyGroup>
              <ItemGroup><ProjectReference Include="../library/library.csproj" /></ItemGroup>
            </Project>
            """);
        Write("program/Program.cs", "System.Console.WriteLine(42);");

        var build = await Dotnet("build", Path.Combine(root, "program"), "-p:Torch=cuda", "-o", Path.Combine(root, "out"), "-v", "q");
        Assert.True(build.ExitCode == 0, build.StandardOutput);
        Assert.Equal(
            ["libtorch/libtorch_cuda.so", "wrapper/libLibTorchSharp.so"],
            Directory.EnumerateFiles(Path.Combine(root, "out"), "*.so", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(Path.Combine(root, "out"), file)).Order(StringComparer.Ordinal));
        // The list of dependencies names the wrapper still; the host does not mind.
        Assert.Equal("42", (await Dotnet(Path.Combine(root, "out", "program.dll"))).StandardOutput.Trim());
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    private static string Version(string package) =>
        XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props")).Descendants("PackageVersion")
            .Single(p => p.Attribute("Include")!.Value == package).Attribute("Version")!.Value;

    private void Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(root, file))!);
        File.WriteAllText(Path.Combine(root, file), text);
    }

    private void Package(string id, string version, string dependencies, params string[] files)
    {
        Directory.CreateDirectory(Path.Combine(root, "feed"));
        using var archive = ZipFile.Open(Path.Combine(root, "feed", $"{id}.{version}.nupkg"), ZipArchiveMode.Create);
        Add($"{id}.nuspec", $"""
            <package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd"><metadata>
              <id>{id}</id><version>{version}</version><authors>a test</authors><description>a stand-in</description>
              <dependencies><group targetFramework="net8.0">{dependencies}</group></dependencies>
            </metadata></package>
            """);
        foreach (var file in (string[])["lib/net8.0/_._", .. files])
            Add(file, "");

        void Add(string name, string text)
        {
            using var writer = new StreamWriter(archive.CreateEntry(name).Open());
            writer.Write(text);
        }
    }

    /// <summary>Where restored packages lie: TorchSharp and what it needs are taken from there.</summary>
    private static async Task<string> Cached() =>
        (await Dotnet("nuget", "locals", "global-packages", "-l")).StandardOutput.Split(": ", 2)[1].Trim();

    private static async Task<BufferedCommandResult> Dotnet(params string[] arguments) =>
        await CliWrap.Cli.Wrap("dotnet")
            .WithArguments(arguments)
            .WithEnvironmentVariables(e => e.Set("Torch", null).Set("DOTNET_NOLOGO", "1").Set("DOTNET_CLI_UI_LANGUAGE", "en").Set("MSBUILDDISABLENODEREUSE", "1"))
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(TestContext.Current.CancellationToken);
}
