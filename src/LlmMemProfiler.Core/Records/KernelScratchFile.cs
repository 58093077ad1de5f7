using System.Text.Json;
using LlmMemProfiler.Core.Files;
using LlmMemProfiler.Core.Shapes.Kernels;
using LlmMemProfiler.Core.Shapes.Kernels.Cpu;

namespace LlmMemProfiler.Core.Records;

/// <summary>Cached scratch of a machine's half-precision products. If the file cannot be read, shapes are probed again.</summary>
/// <param name="Schema">Schema version.</param>
/// <param name="Machine">libtorch, instruction set, processor and threads, which determine the scratch.</param>
/// <param name="Linears">One entry per shape.</param>
/// <param name="Products">One entry per shape and layout.</param>
public sealed record KernelScratchFile(
    int Schema, string Machine, IReadOnlyList<LinearScratch> Linears, IReadOnlyList<ProductScratch> Products)
{
    private const int CurrentSchema = 1;

    /// <summary>The cached table; empty if there is no file, or it is for another machine.</summary>
    public static ScratchTable Read(string path, string machine)
    {
        var table = new ScratchTable();
        try
        {
            var file = JsonSerializer.Deserialize(File.ReadAllBytes(path), RecordJson.Default.KernelScratchFile);
            if (file is not { Schema: CurrentSchema } || file.Machine != machine)
                return table;
            foreach (var linear in file.Linears)
                table.Add(linear.Shape, KernelScript.OfNumbers(linear.Steps));
            foreach (var product in file.Products)
                table.Add(product.Shape, KernelScript.OfNumbers(product.Steps));
            return table;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or FormatException or OverflowException or NullReferenceException)
        {
            return new();
        }
    }

    /// <summary>Writes the file atomically.</summary>
    /// <returns>False if it could not be written: the next run probes the shapes again.</returns>
    public static bool Write(string path, string machine, ScratchTable table)
    {
        var file = new KernelScratchFile(
            CurrentSchema, machine,
            [.. table.Linears.Select(l => new LinearScratch(l.Key, l.Value.ToNumbers()))],
            [.. table.Products.Select(p => new ProductScratch(p.Key, p.Value.ToNumbers()))]);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            OutputFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(file, RecordJson.Default.KernelScratchFile));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}

/// <summary>Scratch of a linear layer; steps as <see cref="KernelScript.ToNumbers"/> gives them.</summary>
public sealed record LinearScratch(LinearShape Shape, IReadOnlyList<long> Steps);

/// <summary>Scratch of a batched product; steps as <see cref="KernelScript.ToNumbers"/> gives them.</summary>
public sealed record ProductScratch(ProductShape Shape, IReadOnlyList<long> Steps);
