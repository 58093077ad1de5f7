using System.Text.Json;
using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Cli.Options;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Files;

namespace LlmMemProfiler.Cli.Output;

/// <summary>The file that a calibration's profile goes to: named, or profile.json in a folder that is named.</summary>
internal sealed class ProfileFile
{
    private ProfileFile(string path) => Path = path;

    public string Path { get; }

    /// <summary>A name that ends in .json is the file's, unless a folder has it; any other one is a folder's.</summary>
    public static string At(string output) =>
        output.EndsWith(".json", StringComparison.OrdinalIgnoreCase) && !Directory.Exists(output) ? output : System.IO.Path.Combine(output, HardwareProfiles.FileName);

    /// <summary>Creates its folder and tries to write there, to fail before the long work.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    public static ProfileFile Open(string path)
    {
        Guarded(path, () =>
        {
            if (System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path)) is { } folder)
                Directory.CreateDirectory(folder);
            OutputFile.Try(path);
        });
        return new(path);
    }

    /// <exception cref="InputException">It cannot be written.</exception>
    public void Write(HardwareProfile profile) => Guarded(
        Path, () => OutputFile.Write(Path, [.. JsonSerializer.SerializeToUtf8Bytes(profile, JsonOption.Indented<HardwareProfile>()), (byte)'\n']));

    private static void Guarded(string path, Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InputException($"--out {path}: cannot write ({e.Message.TrimEnd('.')}); must be a file that ends in .json, or another name for a folder, where one can be written", e);
        }
    }
}
