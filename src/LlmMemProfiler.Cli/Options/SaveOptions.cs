using System.CommandLine;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Checkpoints;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Harness.Runs;
using LlmMemProfiler.Harness.Saving;

namespace LlmMemProfiler.Cli.Options;

/// <summary>What <c>llmmem run</c> keeps for a comparison with another implementation: the very model, and what it computed.</summary>
internal sealed class SaveOptions
{
    private const string ModelName = "--save-model";
    private const string LogitsName = "--save-logits";

    private readonly Option<string?> model = new(ModelName)
    {
        Description = "Folder that gets the model as transformers' GPT-2 loads it (model.safetensors, config.json)",
        HelpName = "DIR",
    };

    private readonly Option<string?> logits = new(LogitsName)
    {
        Description = "File that gets prompt, generated tokens and the logits of each (safetensors); the run takes longer",
        HelpName = "FILE",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(model);
        command.Options.Add(logits);
    }

    /// <summary>Opens what was asked for, before the long work.</summary>
    /// <exception cref="InputException">transformers has no such model, or something cannot be written.</exception>
    public Files Open(ParseResult parsed, RunRequest request)
    {
        var folder = parsed.GetValue(model);
        if (folder is not null)
        {
            _ = Gpt2Checkpoint.Tensors(request.Model, request.Workload);
            Guarded($"{ModelName} {folder}", () => Directory.CreateDirectory(folder));
        }
        LogitsFile? kept = null;
        if (parsed.GetValue(logits) is { } path)
            Guarded($"{LogitsName} {path}", () => kept = new(path, request));
        return new(folder, kept, request);
    }

    private static void Guarded(string what, Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{what}: cannot be written ({e.Message.TrimEnd('.')}); a place that can be written is needed", e);
        }
    }

    /// <summary>The files of one run.</summary>
    internal sealed class Files(string? folder, LogitsFile? logits, RunRequest request) : IDisposable
    {
        /// <summary>The request, with whoever watches its logits.</summary>
        public RunRequest Request => logits is null ? request : request with { OnLogits = logits.Add };

        /// <summary>After the run: what cannot be kept is said, and costs the record nothing.</summary>
        public void Complete(RunRecord record)
        {
            if (logits?.Complete(record.Generated) == false)
                Say($"{LogitsName}: not written ({logits.Fault})");
            if (folder is null)
                return;
            try
            {
                SavedModel.Write(folder, request);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Say($"{ModelName} {folder}: not written ({e.Message.TrimEnd('.')})");
            }
        }

        public void Dispose() => logits?.Dispose();

        private static void Say(string what) => Console.Error.WriteLine($"llmmem: {what}; the run's record is not touched by that");
    }
}
