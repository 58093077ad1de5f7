using System.Text;
using CsCheck;
using LlmMemProfiler.Core.Models.Families;

namespace LlmMemProfiler.Core.Tests.Models;

public class MangledFileTests
{
    [Fact]
    public void Random_bytes_are_refused_in_one_line() =>
        Gen.Byte.Array[0, 200].Sample(bytes => ReadsOrRefuses(bytes), iter: 2_000);

    [Theory]
    [InlineData(OwnForm.Valid)]
    [InlineData(Gpt2Form.Valid)]
    public void A_valid_file_with_random_bytes_changed_is_read_or_refused(string json) =>
        Gen.Select(Gen.Int[0, 1 << 20], Gen.Byte).Array[1, 6].Sample(
            changes =>
            {
                var bytes = Encoding.UTF8.GetBytes(json);
                foreach (var (at, value) in changes)
                    bytes[at % bytes.Length] = value;
                ReadsOrRefuses(bytes);
            },
            iter: 10_000);

    [Theory]
    [InlineData(OwnForm.Valid)]
    [InlineData(Gpt2Form.Valid)]
    public void A_valid_file_with_a_piece_replaced_is_read_or_refused(string json)
    {
        var piece = Gen.OneOf(
            "", "-", "0", "9999999999", "1e308", "null", "\"", "{", "}", "[", ",", ":",
            "\\u0000", "\\ud800", "\\udc00", "\u0085", "🙂");
        Gen.Select(Gen.Int[0, 1000], Gen.Int[0, 12], piece).Sample(
            (at, length, text) =>
            {
                var start = at % json.Length;
                var end = Math.Min(start + length, json.Length);
                ReadsOrRefuses(Encoding.UTF8.GetBytes(json[..start] + text + json[end..]));
            },
            iter: 10_000);
    }

    private static void ReadsOrRefuses(byte[] bytes)
    {
        try
        {
            ModelFile.Read(bytes, "m.json", "m");
        }
        catch (InputException e)
        {
            Assert.StartsWith("m.json: ", e.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(e.Message, char.IsControl);
        }
    }
}
