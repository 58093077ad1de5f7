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
    /// <summary>The options that give a text.</summary>
    public const string Names = $"{PromptName} or {ChatName}";

    private const string PromptName = "--prompt-text", ChatName = "--chat";

    private readonly Option<string?> prompt = new(PromptName)
    {
        Description = "Prompt for each sequence, by the tokenizer.json in the model's folder, instead of a random one; the text generated comes on stderr",
        HelpName = "TEXT",
    };

    private readonly Option<string?> chat = new(ChatName)
    {
        Description = "As --prompt-text, but a user's message, which the chat template in the model's folder makes a prompt of",
        HelpName = "TEXT",
    };

    private readonly Option<string?> system = new("--system")
    {
        Description = "With --chat, the system's message before it",
        HelpName = "TEXT",
    };

    private readonly Option<bool> stop = new("--stop")
    {
        Description = $"With {Names}, end at the model's end of text (eos_token_id); the record is then of the tokens so far",
    };

    private readonly Option<bool> keep = new("--keep-text")
    {
        Description = $"With {Names}, keep the prompt and the text generated in the record, up to 4,096 characters each",
    };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[prompt, chat, system, stop, keep])
            command.Options.Add(option);
    }

    /// <summary>The prompt that was given; null for none. Its text is not looked at yet.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="device">The device to run on.</param>
    /// <param name="show">Receives the text generated, as it comes.</param>
    /// <exception cref="InputException">An option has no prompt to go with, there are two, or nothing would be computed.</exception>
    public GivenText? Read(ParseResult parsed, string device, Action<string> show)
    {
        var (plain, message, before) = (parsed.GetValue(prompt), parsed.GetValue(chat), parsed.GetValue(system));
        if (before is not null && message is null)
            throw new InputException($"{system.Name} needs a message of the user; must be with {ChatName}");
        if ((plain ?? message) is not { } text)
        {
            return ((Option<bool>[])[stop, keep]).FirstOrDefault(parsed.GetValue) is { } alone
                ? throw new InputException($"{alone.Name} needs a text; must be with {Names}")
                : null;
        }
        if (plain is not null && message is not null)
            throw new InputException($"{PromptName} and {ChatName} both give a prompt; leave one out ({PromptName} takes the whole prompt, {ChatName} what the user says in it)");
        var name = plain is null ? ChatName : PromptName;
        if (DeviceChoice.Parse(device).Virtual is not null)
            throw new InputException($"{name}: {device} computes no tokens; leave it out, or choose a device that is there");
        return new(name, folder => plain is null ? InChat(folder, before, text) : (text, null), parsed.GetValue(stop), parsed.GetValue(keep), show);
    }

    private static (string Prompt, string? File) InChat(string folder, string? system, string user)
    {
        var template = ChatTemplate.Find(folder) ?? throw new InputException(
            $"{folder}: has no chat template (none of {string.Join(", ", ChatTemplate.Files)} has one); expected the folder of a chat model, or {PromptName}, which takes the prompt as it stands");
        return (template.Render(system, user, DateTime.Now), template.FileName);
    }

    /// <summary>A prompt of the user's own, with its tokenizer.</summary>
    /// <param name="option">The option that gave it.</param>
    /// <param name="read">The prompt for a model's folder, and the file of the chat template that made it; null for none.</param>
    /// <param name="stops">Whether the run ends at the end of text.</param>
    /// <param name="isKept">Whether the record keeps the texts.</param>
    /// <param name="show">Receives the text generated, as it comes.</param>
    internal sealed class GivenText(string option, Func<string, (string Prompt, string? File)> read, bool stops, bool isKept, Action<string> show) : IDisposable
    {
        private const int LongestKept = 4096;

        private TextTokenizer? tokenizer;
        private FlowingText? flow;

        /// <summary>What to run; null until it was counted.</summary>
        public TextPrompt? Request { get; private set; }

        /// <summary>Its tokens for a model: before the measurement, in the process that measures.</summary>
        /// <exception cref="InputException">The model has no tokenizer or no chat template that takes the message, or the text no tokens of it.</exception>
        public int Count(RunnableModel model)
        {
            if (model.Path is not { } path)
                throw new InputException($"{option}: {model.Model.Name} is a preset, which has no tokenizer.json; give a model's folder");
            var folder = Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path))!;
            var (prompt, file) = read(folder);
            // What a template makes has its special tokens.
            tokenizer = TextTokenizer.Open(folder, addsSpecial: file is null);
            flow = new(tokenizer.Decode, show);
            var tokens = tokenizer.Encode(prompt, model.Model.Vocabulary);
            Request = new(tokens, tokenizer.Memory, flow.Add, stops ? EndTokens.Of(folder) : [], generated => Facts(prompt, file, generated));
            return tokens.Count;
        }

        /// <summary>Ends the text's last line.</summary>
        public void End()
        {
            flow?.Complete();
            show("\n");
        }

        public void Dispose() => tokenizer?.Dispose();

        private TextFacts Facts(string prompt, string? file, IReadOnlyList<long> generated) =>
            new(isKept ? Bounded(prompt) : null, isKept ? Bounded(tokenizer!.Decode(generated)) : null) { ChatTemplate = file };

        private static string Bounded(string whole) =>
            whole.Length <= LongestKept ? whole : whole[..(char.IsHighSurrogate(whole[LongestKept - 1]) ? LongestKept - 1 : LongestKept)];
    }
}
