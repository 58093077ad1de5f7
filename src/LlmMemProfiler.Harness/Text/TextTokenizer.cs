using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Device;
using LlmMemProfiler.Device.Probes;
using Tokenizers.DotNet;

namespace LlmMemProfiler.Harness.Text;

/// <summary>A model folder's tokenizer: the only place that loads the tokenizers library, a native one.</summary>
public sealed class TextTokenizer : IDisposable
{
    private const string FileName = "tokenizer.json", PostProcessor = "post_processor";

    private static readonly string[] Lengths = ["truncation", "padding"];

    private readonly Tokenizer tokenizer;

    private TextTokenizer(Tokenizer tokenizer, string path, ByteSize memory) => (this.tokenizer, Path, Memory) = (tokenizer, path, memory);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The private pages of this process that it took, outside .NET's heap; 0 if they cannot be read.</summary>
    public ByteSize Memory { get; }

    /// <summary>Reads the <c>tokenizer.json</c> beside a model's config.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="addsSpecial">Whether it puts around a text what belongs there, such as a beginning of text; not where the text has that.</param>
    /// <exception cref="InputException">There is none, or it cannot be read.</exception>
    public static TextTokenizer Open(string folder, bool addsSpecial)
    {
        var path = System.IO.Path.Combine(folder, FileName);
        if (!File.Exists(path))
            throw new InputException($"{path} does not exist; a prompt's text needs the model's {FileName}, as Hugging Face's folders have it");
        try
        {
            using var plain = PlainTokenizerFile.Without(path, addsSpecial ? [.. Lengths] : [.. Lengths, PostProcessor]);
            var before = OutsideDotNet();
            var tokenizer = new Tokenizer(plain is null ? path : $"/proc/self/fd/{plain.DangerousGetHandle()}");
            CLibraryHeap.Trim();
            return new(tokenizer, path, new(Math.Max(0, OutsideDotNet() - before)));
        }
        catch (TokenizerException e)
        {
            throw new InputException($"{path}: not a tokenizer ({e.Message.TrimEnd('.')}); expected a whole {FileName} as the tokenizers library writes it", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DeviceException or OverflowException)
        {
            throw new InputException($"{path}: cannot be read ({e.Message.TrimEnd('.')}); expected a readable {FileName}", e);
        }
        catch (DllNotFoundException e)
        {
            throw new InputException($"{path}: the tokenizers library is not beside this program (libhf_tokenizers.so); expected it as it was installed", e);
        }
    }

    /// <summary>The token ids of a text, with those that the tokenizer itself puts around it, if it was opened to do so.</summary>
    /// <param name="text">The text.</param>
    /// <param name="vocabulary">The model's tokens.</param>
    /// <exception cref="InputException">It has no tokens, or one that the model does not have.</exception>
    public IReadOnlyList<long> Encode(string text, long vocabulary)
    {
        long[] ids = [.. Ids(text).Select(id => (long)id)];
        if (ids.Length == 0)
            throw new InputException($"{Path}: makes no tokens of the prompt; expected a text with at least one");
        return ids.Max() is var highest && highest >= vocabulary
            ? throw new InputException($"{Path}: makes token {highest} of the prompt, but the model has {vocabulary} tokens, from 0; expected the tokenizer of this model")
            : ids;
    }

    /// <summary>The text of tokens, without those that mark its beginning and end; half a character at its end is U+FFFD.</summary>
    public string Decode(IEnumerable<long> ids)
    {
        uint[] given = [.. ids.Select(id => checked((uint)id))];
        if (given.Length == 0)
            return "";
        try
        {
            return tokenizer.Decode(given);
        }
        catch (TokenizerException)
        {
            // A model may have more tokens than its tokenizer.
            return "\ufffd";
        }
    }

    public void Dispose() => tokenizer.Dispose();

    private uint[] Ids(string text)
    {
        try
        {
            return tokenizer.Encode(text);
        }
        catch (TokenizerException e)
        {
            throw new InputException($"{Path}: cannot encode the prompt ({e.Message.TrimEnd('.')}); expected a tokenizer that knows each of its characters", e);
        }
    }

    private static long OutsideDotNet()
    {
        using var probe = new ProcessProbe();
        return (probe.Read().Used?.Bytes ?? 0) - GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes;
    }
}
