using System.Text;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Files;

namespace LlmMemProfiler.Cli.Output;

/// <summary>Writes a picture as PNG and SVG, each atomically.</summary>
internal static class PictureFiles
{
    /// <returns>The PNG's path.</returns>
    /// <exception cref="InputException">The folder cannot be created or written.</exception>
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
            throw new InputException($"--out {folder}: cannot write {name}.png ({e.Message.TrimEnd('.')}); must be a writable folder", e);
        }
    }

    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void WriteBoth(string path, byte[] png, string svg)
    {
        OutputFile.Write(path + ".png", png);
        OutputFile.Write(path + ".svg", Encoding.UTF8.GetBytes(svg));
    }
}
