using System.Text;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Files;

namespace LlmMemProfiler.Cli.Output;

/// <summary>A picture as PNG and SVG, each file whole or not at all.</summary>
internal static class PictureFiles
{
    /// <returns>The PNG's path.</returns>
    /// <exception cref="InputException">The folder cannot be made or written.</exception>
    public static string Write(string folder, string name, byte[] png, string svg)
    {
        var path = Path.Combine(folder, name);
        try
        {
            Directory.CreateDirectory(folder);
            WriteBoth(path, png, svg);
            return path + ".png";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InputException($"--out {folder}: {name}.png cannot be written ({e.Message.TrimEnd('.')}); a folder that you may write is needed", e);
        }
    }

    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void WriteBoth(string path, byte[] png, string svg)
    {
        AtomicFile.Write(path + ".png", png);
        AtomicFile.Write(path + ".svg", Encoding.UTF8.GetBytes(svg));
    }
}
