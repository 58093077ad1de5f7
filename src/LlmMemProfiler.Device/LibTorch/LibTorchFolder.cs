namespace LlmMemProfiler.Device.LibTorch;

/// <summary>The libtorch to load.</summary>
/// <param name="Path">The folder that holds libtorch_cpu.so.</param>
/// <param name="Source">How it was found: '--libtorch', 'LLMMEM_LIBTORCH', 'package' or 'python3'.</param>
public sealed record LibTorchFolder(string Path, string Source)
{
    public const string Option = "--libtorch";
    public const string Variable = "LLMMEM_LIBTORCH";

    private const string Package = "package";
    private const string Marker = "libtorch_cpu.so";

    /// <summary>True if it came with the program.</summary>
    public bool IsPackage => Source == Package;

    /// <summary>The build's output folder for the restored package.</summary>
    private static string Packaged => System.IO.Path.Combine(AppContext.BaseDirectory, "libtorch");

    /// <summary>
    /// The option if given, else the variable if set, else the package next to the program, else the PyTorch that python3 would
    /// import.
    /// </summary>
    /// <param name="option">Value of --libtorch, or null.</param>
    /// <exception cref="DeviceException">The named folder contains no libtorch, or none was found.</exception>
    public static LibTorchFolder Find(string? option) => Find(option, Packaged, python: null);

    internal static LibTorchFolder Find(string? option, string packaged, string? python)
    {
        if (option is not null)
            return Named(option, Option);
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } variable)
            return Named(variable, Variable);
        return FindIn(packaged) is { } found ? new(found, Package) : FromPython(python);
    }

    private static LibTorchFolder FromPython(string? python)
    {
        var folders = PythonTorch.Folders(out var reason, python);
        if (folders.Select(FindIn).FirstOrDefault(f => f is not null) is { } found)
            return new(found, "python3");
        var why = folders.Count == 0 ? reason : $"python3's torch in {folders[0]} has no {Marker}";
        throw new DeviceException(
            $"this build includes no libtorch, and {why}; set {Option} or {Variable} to a folder that contains {Marker}, " +
            "or build with -p:Torch=cpu or -p:Torch=cuda");
    }

    private static LibTorchFolder Named(string folder, string source) =>
        FindIn(folder) is { } found
            ? new(found, source)
            : throw new DeviceException(
                $"{source} {folder}: no {Marker} there or in its lib folder; the folder must be a libtorch or a PyTorch ('.../site-packages/torch')");

    private static string? FindIn(string folder) =>
        new[] { folder, System.IO.Path.Combine(folder, "lib") }
            .Select(System.IO.Path.GetFullPath)
            .FirstOrDefault(f => File.Exists(System.IO.Path.Combine(f, Marker)));
}
