namespace LlmMemProfiler.Device.LibTorch;

/// <summary>Where libtorch is taken from.</summary>
/// <param name="Path">The folder that holds libtorch_cpu.so.</param>
/// <param name="Source">Who named it: '--libtorch', 'LLMMEM_LIBTORCH' or 'package'.</param>
public sealed record LibTorchFolder(string Path, string Source)
{
    public const string Option = "--libtorch";
    public const string Variable = "LLMMEM_LIBTORCH";

    private const string Marker = "libtorch_cpu.so";

    /// <summary>Where the build puts what was restored.</summary>
    private static string Packaged => System.IO.Path.Combine(AppContext.BaseDirectory, "libtorch");

    /// <summary>The option if given, else the variable if set, else the libraries restored beside the program.</summary>
    /// <param name="option">Value of --libtorch, or null.</param>
    /// <exception cref="DeviceException">The named folder holds no libtorch, or none came with the program.</exception>
    public static LibTorchFolder Find(string? option)
    {
        if (option is not null)
            return Named(option, Option);
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } variable)
            return Named(variable, Variable);
        return Holding(Packaged) is { } beside
            ? new(beside, "package")
            : throw new DeviceException(
                $"no libtorch came with this build; name a folder that holds {Marker} with {Option} or {Variable}, or build with -p:Torch=cpu or -p:Torch=cuda");
    }

    private static LibTorchFolder Named(string folder, string source) =>
        Holding(folder) is { } found
            ? new(found, source)
            : throw new DeviceException(
                $"{source} {folder}: holds no {Marker}, nor does its lib folder; name the folder of a libtorch, or of a PyTorch ('.../site-packages/torch')");

    private static string? Holding(string folder) =>
        new[] { folder, System.IO.Path.Combine(folder, "lib") }
            .Select(System.IO.Path.GetFullPath)
            .FirstOrDefault(f => File.Exists(System.IO.Path.Combine(f, Marker)));
}
