using System.CommandLine;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Checkpoints;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Device;
using LlmMemProfiler.Harness.Runs;
using LlmMemProfiler.Harness.Text;

namespace LlmMemProfiler.Cli.Options;

/// <summary>Lets <c>llmmem run</c> decode from a text of the user's own, and show what comes.</summary>
internal sealed class TextOptions
{
    public const string PromptName = "--prompt-text";

    private readonly Option<string?> prompt = new(PromptName)
    {
        Description = "Prompt for each sequence, by the tokenizer.json in the model's folder, instead of a random one; the text generated comes on stderr",
        HelpName = "TEXT",
    };

    private readonly Option<bool> stop = new("--stop")
    {
        Description = "With --prompt-text, end at the model's end of text (eos_token_id); the record is then of the tokens so far",
    };

    private readonly Option<bool> keep = new("--keep-text")
    {
        Description = "With --prompt-text, keep the prompt and the text generated in the record, up to 4,096 characters each",
    };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[prompt, stop, keep])
            command.Options.Add(option);
    }

    /// <summary>The prompt that was given; null for none. Its text is not looked at yet.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="device">The device to run on.</param>
    /// <param name="show">Receives the text generated, as it comes.</param>
    /// <exception cref="InputException">An option has no prompt to go with, or nothing would be computed.</exception>
    public GivenText? Read(ParseResult parsed, string device, Action<string> show)
    {
        if (parsed.GetValue(prompt) is not { } text)
        {
            return ((Option<bool>[])[stop, keep]).FirstOrDefault(parsed.GetValue) is { } alone
                ? throw new InputException($"{alone.Name} needs a text; must be with {PromptName}")
                : null;
        }
        if (DeviceChoice.Parse(device).Virtual is not null)
            throw new InputException($"{PromptName}: {device} computes no tokens; leave it out, or choose a device that is there");
        return new(text, parsed.GetValue(stop), parsed.GetValue(keep), show);
    }

    /// <summary>A prompt of the user's own, with its tokenizer.</summary>
    internal sealed class GivenText(string text, bool stops, bool isKept, Action<string> show) : IDisposable
    {
        private const int LongestKept = 4096;

        private TextTokenizer? tokenizer;
        private FlowingText? flow;

        /// <summary>What to run; null until it was counted.</summary>
        public TextPrompt? Request { get; private set; }

        /// <summary>Its tokens for a model: before the measurement, in the process that measures.</summary>
        /// <exception cref="InputException">The model has no tokenizer, or the text no tokens of it.</exception>
        public int Count(RunnableModel model)
        {
            if (model.Path is not { } path)
                throw new InputException($"{PromptName}: {model.Model.Name} is a preset, which has no tokenizer.json; give a model's folder");
            var folder = Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path))!;
            tokenizer = TextTokenizer.Open(folder);
            flow = new(tokenizer.Decode, show);
            var tokens = tokenizer.Encode(text, model.Model.Vocabulary);
            Request = new(tokens, tokenizer.Memory, flow.Add, stops ? EndTokens.Of(folder) : [], Facts);
            return tokens.Count;
        }

        /// <summary>Ends the text's last line.</summary>
        public void End()
        {
            flow?.Complete();
            show("\n");
        }

        public void Dispose() => tokenizer?.Dispose();

        private TextFacts Facts(IReadOnlyList<long> generated) =>
            isKept ? new(Bounded(text), Bounded(tokenizer!.Decode(generated))) : new(null, null);

        private static string Bounded(string whole) =>
            whole.Length <= LongestKept ? whole : whole[..(char.IsHighSurrogate(whole[LongestKept - 1]) ? LongestKept - 1 : LongestKept)];
    }
}
