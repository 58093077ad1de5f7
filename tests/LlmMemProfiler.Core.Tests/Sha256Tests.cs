using System.Security.Cryptography;

namespace LlmMemProfiler.Core.Tests;

public class Sha256Tests
{
    [Theory]
    [InlineData("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    public void The_standards_examples(string text, string hash) =>
        Assert.Equal(hash, Convert.ToHexStringLower(Sha256.Of(System.Text.Encoding.ASCII.GetBytes(text))));

    [Fact]
    public void Random_bytes_in_random_pieces_hash_as_they_do_in_dotnet()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        for (var length = 0; length < 300; length++)
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            var hash = new Sha256();
            for (var rest = bytes.AsSpan(); !rest.IsEmpty;)
            {
                var piece = random.Next(1, rest.Length + 1);
                hash.Add(rest[..piece]);
                rest = rest[piece..];
                if (random.Next(4) == 0)
                    hash.Current();
            }
            Assert.True(SHA256.HashData(bytes).AsSpan().SequenceEqual(hash.Current()), $"seed {seed}, length {length}");
        }
    }
}
