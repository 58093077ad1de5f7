namespace LlmMemProfiler.Device.LibTorch;

/// <summary>
/// Finds programs as a shell does, but never in the working directory: whoever can put a file there would have it run.
/// </summary>
internal static class TrustedPath
{
    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>The absolute path of a program, from the absolute entries of PATH; null if none has it. What cannot be executed hides nothing.</summary>
    public static string? Find(string program) => Find(program, Environment.GetEnvironmentVariable("PATH") ?? "");

    internal static string? Find(string program, string path) => Entries(path)
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(IsProgram);

    /// <summary>The absolute entries of a list of folders. An empty one stands for the working directory, too.</summary>
    public static IEnumerable<string> Entries(string list) => list.Split(Path.PathSeparator).Where(Path.IsPathRooted);

    private static bool IsProgram(string file)
    {
        try
        {
            return !OperatingSystem.IsWindows() && File.Exists(file) && (File.GetUnixFileMode(file) & Executable) != 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
