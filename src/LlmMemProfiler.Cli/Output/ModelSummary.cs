using System.Globalization;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Cli.Output;

/// <summary>Shows what a model is made of: its parts, the layers by kind, and what is kept of a token.</summary>
internal static class ModelSummary
{
    public static void Show(ModelSpec model, ModelRecord record)
    {
        var active = record.ActiveParameters < record.Parameters ? $", {record.ActiveParameters:N0} of them for each token" : "";
        Line($"{record.Name}, {record.Type}: {record.Parameters:N0} parameters{active}");
        Line($"in {record.Dtype.Name()}{(record.Quantization is { } method ? $" and {method}" : "")} {record.Weights} ({record.Weights.ToExactString()}), {(model.Positions == int.MaxValue ? "any number of" : Number(model.Positions, "up to "))} positions");
        Terminal.Out.Write(Table(model));
        foreach (var group in LayerGroup.Of(model))
            Line($"{(group.Numbers.Count == 1 ? "layer" : "layers")} {group.Range}: {LayerWords.Of(group.First)}");
        Line($"");
        Line($"kept of a token: {Cache(record)}");
        if (record.Cache.Count > 0)
            Line($"of a sequence of {record.Length:N0}: {string.Join(", ", record.Engines.Select(engine => $"{engine.Engine} {engine.Cache?.ToString() ?? "not known"}"))}");
        if (record.VllmRotaryTable is { } rotations && rotations > ByteSize.Zero)
            Line($"vLLM counts its table of rotations with the weights: {record.Weights + rotations}, of which {rotations}");
        if (record.State > ByteSize.Zero)
            Line($"kept of a sequence: {record.State} ({record.State.ToExactString()})");
        if (record.FromClass.Count > 0)
            Line($"not in the config: {string.Join(", ", record.FromClass)}");
        if (record.Checkpoint is { } checkpoint)
            Show(checkpoint);
        if (record.LeftOut.Count > 0)
            Line($"not counted: {string.Join(", ", record.LeftOut)}");
    }

    /// <summary>A checkpoint by itself, or beside a model.</summary>
    public static void Show(CheckpointRecord record)
    {
        var files = record.Files.Count == 1 ? record.Files[0] : string.Create(CultureInfo.InvariantCulture, $"{record.Files.Count} {record.Format} files");
        Line($"{files}: {record.Tensors.Count:N0} tensors, {record.Size} ({record.Size.ToExactString()})");
        foreach (var type in record.Tensors.GroupBy(tensor => tensor.Type).OrderByDescending(type => type.Sum(tensor => tensor.Size.Bytes)))
            Line($"  {type.Key}: {type.Count():N0} tensors, {new ByteSize(type.Sum(tensor => tensor.Size.Bytes))}");
        Differences("not in the files", record.Missing);
        Differences("not in the config", record.Extra);
        Differences("of another shape", record.Shapes);
    }

    private static void Differences(string what, IReadOnlyList<string>? names)
    {
        const int shown = 5;
        if (names is { Count: > 0 })
            Line($"{what}: {string.Join(", ", names.Take(shown))}{(names.Count > shown ? string.Create(CultureInfo.InvariantCulture, $" and {names.Count - shown:N0} more") : "")}");
    }

    internal static ConsoleTable Table(ModelSpec model)
    {
        var groups = LayerGroup.Of(model);
        var table = new ConsoleTable().Label("part", foot: "together").Number("layers", foot: $"{model.Layers}")
            .Number("parameters of one", rank: 1).Number("parameters", foot: Number(model.Parameters));
        foreach (var weight in model.OutsideLayers)
            table.Row(weight.Name, "", "", Number(weight.Elements));
        foreach (var group in groups)
            table.Row($"{(group.Numbers.Count == 1 ? "layer" : "layers")} {group.Range}", $"{group.Numbers.Count}", Number(group.Parameters), Number(group.Parameters * group.Numbers.Count));
        return table;
    }

    private static string Cache(ModelRecord record) => record.Cache.Count == 0
        ? "nothing"
        : string.Join(" + ", record.Cache.Select(row => string.Create(CultureInfo.InvariantCulture,
            $"{row.Layers} {(row.Layers == 1 ? "layer" : "layers")} x {row.ElementsPerToken:N0} elements{(row.Window is { } window ? $" (window {window:N0})" : "")}")))
          + $" = {new ByteSize(record.Dtype.Bytes()) * record.Cache.Sum(row => row.Layers * row.ElementsPerToken)} in {record.Dtype.Name()}";

    private static string Number(long number, string before = "") => before + number.ToString("N0", CultureInfo.InvariantCulture);

    private static void Line(FormattableString text) => Terminal.Out.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
