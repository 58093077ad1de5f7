using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace LlmMemProfiler.Cli.Tests.Golden;

/// <summary>Masks values of JSON documents by where they stand, and leaves every other byte as it is.</summary>
internal static class JsonMask
{
    private const string Measured =
        @"started|run_id|activity|device\.(name|total_bytes|capability)|host\.(os|processor|processor_id|instruction_sets|c_library|cores|runtime|program)|measured\.((reserved|device)_peak|file)_bytes|" +
        @"measured\.parts\.(slack|context|modules|profiler|residual)_bytes|measured\.phases\.(seconds|device_end_bytes)|timing\.\w+|events\.late_frees|" +
        @"timeline\.(seconds|device_bytes)|room_bytes|seconds|points\.fits|step_seconds|pairs|(median|lower_quartile|upper_quartile|largest_residual)_percent|" +
        @"findings\.found|libtorch\.path|seal";

    private const string Scratch =
        @"measured\.(allocated_peak_bytes|allocated_peak_at|parts)|measured\.phases\.allocated_\w+|estimates\.(parts|allocated_peak_bytes|total_bytes|low_bytes)|" +
        @"estimates\.phases\.allocated_peak_bytes|estimates\.curve\.allocated_bytes|events\.count|trace|generated|timeline\.allocated";

    public static string Masked(string text, bool hasScratch)
    {
        var pattern = new Regex($"^({Measured}{(hasScratch ? $"|{Scratch}" : "")})$");
        var bytes = Encoding.UTF8.GetBytes(text);
        // Also a document of which a command line keeps only the beginning.
        var reader = new Utf8JsonReader(bytes, isFinalBlock: false, new(new() { AllowMultipleValues = true }));
        var (masked, done, path) = (new StringBuilder(), 0, new Stack<string>());
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.EndObject)
                path.TryPop(out _);
            if (reader.TokenType is not JsonTokenType.PropertyName)
            {
                if (reader.TokenType is JsonTokenType.StartObject)
                    path.Push("");
                continue;
            }
            path.TryPop(out _);
            path.Push(reader.GetString()!);
            reader.Read();
            if (reader.TokenType is not JsonTokenType.Null && pattern.IsMatch(string.Join('.', path.Reverse())))
            {
                masked.Append(Encoding.UTF8.GetString(bytes.AsSpan(done, (int)reader.TokenStartIndex - done))).Append('#');
                _ = reader.TrySkip();
                done = (int)reader.BytesConsumed;
            }
            else if (reader.TokenType is JsonTokenType.StartObject)
            {
                path.Push("");
            }
        }
        return masked.Append(Encoding.UTF8.GetString(bytes.AsSpan(done))).ToString();
    }
}
