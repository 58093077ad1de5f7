using System.Text.Json;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Records;

namespace LlmMemProfiler.Cli.Input;

/// <summary>Records of results files, one after the other; what was read is not kept.</summary>
internal sealed class RecordLines
{
    private readonly List<string> remarks = [];

    /// <summary>What a reader of the results should be told, a line each.</summary>
    public IReadOnlyList<string> Remarks => remarks;

    /// <param name="places">Results files, or folders that hold one.</param>
    /// <exception cref="InputException">A place is not there, or a line is no record; file and line are named.</exception>
    public IEnumerable<RunRecord> Read(IEnumerable<string> places) => places.Select(FileAt).ToArray().SelectMany(ReadFile);

    private static string FileAt(string place)
    {
        var file = Directory.Exists(place) ? Path.Combine(place, ResultsFile.Name) : place;
        return File.Exists(file) ? file : throw new InputException(
            $"{place}: {(file == place ? "is no file" : $"holds no {ResultsFile.Name}")}; a results file, or a folder that holds one, is needed");
    }

    private IEnumerable<RunRecord> ReadFile(string file)
    {
        using var reader = new StreamReader(Open(file));
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            if (!string.IsNullOrWhiteSpace(line) && Parse(line, file, number, isLast: reader.EndOfStream) is { } record)
                yield return record;
        }
    }

    private static FileStream Open(string file)
    {
        try
        {
            return File.OpenRead(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{file}: cannot be read ({e.Message.TrimEnd('.')}); a results file that you may read is needed", e);
        }
    }

    private RunRecord? Parse(string line, string file, int number, bool isLast)
    {
        try
        {
            var record = JsonSerializer.Deserialize(line, RecordJson.Default.RunRecord);
            return record is { Schema: RunRecord.CurrentSchema } ? record : throw new InputException(
                $"{file}, line {number}: is of schema {record?.Schema.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "null"}; " +
                $"schema {RunRecord.CurrentSchema} is needed");
        }
        catch (JsonException) when (isLast && !line.TrimEnd().EndsWith('}'))
        {
            remarks.Add($"{file}, line {number}: cut off at the file's end, left out");
            return null;
        }
        catch (JsonException e)
        {
            throw new InputException($"{file}, line {number}: is no record ({e.Message.Split(". Path:")[0].TrimEnd('.')}); mend or remove the line", e);
        }
    }
}
