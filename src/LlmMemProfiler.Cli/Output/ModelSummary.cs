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
        Line($"in {record.Dtype.Name()} {record.Weights} ({record.Weights.ToExactString()}), {(model.Positions == int.MaxValue ? "any number of" : Number(model.Positions, "up to "))} positions");
        Terminal.Out.Write(Table(model));
        foreach (var group in LayerGroup.Of(model))
            Line($"layers {group.Range}: {LayerWords.Of(group.First)}");
        Line($"");
        Line($"kept of a token: {Cache(record)}");
        if (record.State > ByteSize.Zero)
            Line($"kept of a sequence: {record.State} ({record.State.ToExactString()})");
        if (record.FromClass.Count > 0)
            Line($"not in the config: {string.Join(", ", record.FromClass)}");
        if (record.LeftOut.Count > 0)
            Line($"not counted: {string.Join(", ", record.LeftOut)}");
    }

    internal static ConsoleTable Table(ModelSpec model)
    {
        var groups = LayerGroup.Of(model);
        var table = new ConsoleTable().Label("part", foot: "together").Number("layers", foot: $"{model.Layers}")
            .Number("parameters of one", rank: 1).Number("parameters", foot: Number(model.Parameters));
        foreach (var weight in model.OutsideLayers)
            table.Row(weight.Name, "", "", Number(weight.Elements));
        foreach (var group in groups)
            table.Row($"layers {group.Range}", $"{group.Numbers.Count}", Number(group.Parameters), Number(group.Parameters * group.Numbers.Count));
        return table;
    }

    private static string Cache(ModelRecord record) => record.Cache.Count == 0
        ? "nothing"
        : string.Join(" + ", record.Cache.Select(row => string.Create(CultureInfo.InvariantCulture,
            $"{row.Layers} layers x {row.ElementsPerToken:N0} elements{(row.Window is { } window ? $" (window {window:N0})" : "")}")))
          + $" = {new ByteSize(record.Dtype.Bytes()) * record.Cache.Sum(row => row.Layers * row.ElementsPerToken)} in {record.Dtype.Name()}";

    private static string Number(long number, string before = "") => before + number.ToString("N0", CultureInfo.InvariantCulture);

    private static void Line(FormattableString text) => Terminal.Out.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
