using System.Text.Json;
using LlmMemProfiler.Core.Files;
using LlmMemProfiler.Core.Shapes.Kernels;

namespace LlmMemProfiler.Core.Records;

/// <summary>What is remembered of a machine's half-precision products. The file is a cache: what cannot be read is tried anew.</summary>
/// <param name="Schema">Of this file.</param>
/// <param name="Machine">Libtorch, instruction set, processor and threads; another machine's scratch is another one.</param>
/// <param name="Linears">One entry a shape.</param>
/// <param name="Products">One entry a shape and layout.</param>
public sealed record ScratchFile(
    int Schema, string Machine, IReadOnlyList<LinearScratch> Linears, IReadOnlyList<ProductScratch> Products)
{
    private const int CurrentSchema = 1;

    /// <summary>What the file remembers; an empty table where there is none, or one for another machine.</summary>
    public static ScratchTable Read(string path, string machine)
    {
        var table = new ScratchTable();
        try
        {
            var file = JsonSerializer.Deserialize(File.ReadAllBytes(path), RecordJson.Default.ScratchFile);
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

    /// <summary>Writes the file whole or not at all.</summary>
    /// <returns>False where it could not be written: the next run tries the shapes again.</returns>
    public static bool Write(string path, string machine, ScratchTable table)
    {
        var file = new ScratchFile(
            CurrentSchema, machine,
            [.. table.Linears.Select(l => new LinearScratch(l.Key, l.Value.ToNumbers()))],
            [.. table.Products.Select(p => new ProductScratch(p.Key, p.Value.ToNumbers()))]);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            AtomicFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(file, RecordJson.Default.ScratchFile));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}

/// <summary>What one linear layer takes; steps as <see cref="KernelScript.ToNumbers"/> gives them.</summary>
public sealed record LinearScratch(LinearShape Shape, IReadOnlyList<long> Steps);

/// <summary>What one batched product takes; steps as <see cref="KernelScript.ToNumbers"/> gives them.</summary>
public sealed record ProductScratch(ProductShape Shape, IReadOnlyList<long> Steps);
