using System.Text.RegularExpressions;

namespace LlmMemProfiler.Device.LibTorch;

/// <summary>Reads a libtorch's version from files next to it, without loading it.</summary>
public static partial class LibTorchVersion
{
    /// <summary>From a PyTorch ('torch/version.py') or a libtorch archive ('build-version'); null if neither has it.</summary>
    /// <param name="folder">The folder that holds libtorch_cpu.so.</param>
    public static string? Beside(string folder)
    {
        foreach (var file in (string[])["../version.py", "../build-version"])
        {
            try
            {
                using var reader = new StreamReader(Path.Combine(folder, file));
                var start = new char[4096];
                if (Pattern().Match(new(start, 0, reader.ReadBlock(start))) is { Success: true } match)
                    return match.Groups[1].Value;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The other one may exist.
            }
        }
        return null;
    }

    /// <summary>Major and minor number of a version such as '2.14.1+cu130'.</summary>
    public static Version Release(string version) => new(ReleasePattern().Match(version).Value);

    [GeneratedRegex(@"^[0-9]{1,4}\.[0-9]{1,4}")]
    private static partial Regex ReleasePattern();

    [GeneratedRegex(@"^(?:__version__ = ')?([0-9]+\.[0-9]+[0-9A-Za-z.+]*)", RegexOptions.Multiline)]
    private static partial Regex Pattern();
}
