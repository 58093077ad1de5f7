using System.CommandLine;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Checkpoints;
using LlmMemProfiler.Core.Files;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Device;
using LlmMemProfiler.Harness.Runs;
using LlmMemProfiler.Harness.Saving;

namespace LlmMemProfiler.Cli.Options;

/// <summary>Lets <c>llmmem run</c> save its exact model and what it computed, to compare with another implementation.</summary>
internal sealed class SaveOptions
{
    private const string ModelName = "--save-model";
    private const string LogitsName = "--save-logits";

    private readonly Option<string?> model = new(ModelName)
    {
        Description = "Folder to save the model in, for transformers' GPT-2 (model.safetensors, config.json)",
        HelpName = "DIR",
    };

    private readonly Option<string?> logits = new(LogitsName)
    {
        Description = "File to save the prompt, generated tokens, and their logits in (safetensors); slows down the run",
        HelpName = "FILE",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(model);
        command.Options.Add(logits);
    }

    /// <summary>True if a file goes to stdout.</summary>
    public bool TakesStdout(ParseResult parsed) => OutputFile.IsStdout(parsed.GetValue(logits));

    /// <exception cref="InputException">Logits are asked for that nobody computes.</exception>
    public void RequireComputed(ParseResult parsed, DeviceChoice device)
    {
        if (device.Virtual is not null && parsed.GetValue(logits) is { } path)
            throw new InputException($"{LogitsName} {path}: {device} computes no logits; leave it out, or choose a device that is there");
    }

    /// <summary>Opens the requested files, before the long work.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="request">The run.</param>
    /// <param name="say">Receives what could not be written after it.</param>
    /// <exception cref="InputException">transformers has no such model, or a file cannot be written.</exception>
    public Files Open(ParseResult parsed, RunRequest request, Action<string> say)
    {
        var folder = parsed.GetValue(model);
        if (folder is not null)
        {
            _ = Gpt2Checkpoint.Tensors(request.Model, request.Workload);
            Guarded($"{ModelName} {folder}", () =>
            {
                Directory.CreateDirectory(folder);
                foreach (var name in (string[])[Gpt2Checkpoint.Weights, Gpt2Checkpoint.Config])
                    OutputFile.Try(Path.Combine(folder, name));
            });
        }
        LogitsFile? logitsFile = null;
        if (parsed.GetValue(logits) is { } path)
            Guarded($"{LogitsName} {path}", () => logitsFile = new(path, request));
        return new(folder, parsed.GetValue(logits), logitsFile, request, say);
    }

    private static void Guarded(string what, Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{what}: cannot write ({e.Message.TrimEnd('.')}); must be a writable path", e);
        }
    }

    /// <summary>The files of one run.</summary>
    internal sealed class Files(string? folder, string? logitsPath, LogitsFile? logits, RunRequest request, Action<string> say) : IDisposable
    {
        /// <summary>The request, with logits captured if requested.</summary>
        public RunRequest Request => logits is null ? request : request with { OnLogits = logits.Add };

        /// <summary>True once a file could not be written.</summary>
        public bool IsFailed { get; private set; }

        /// <summary>Completes the files after the run; a failure is reported and does not affect the record.</summary>
        /// <returns>What was written, and where.</returns>
        public IReadOnlyList<(string What, string Path)> Complete(RunRecord record)
        {
            var written = new List<(string, string)>();
            if (logits?.Complete(record.Generated) == false)
                Warn($"{LogitsName}: not written ({logits.Fault})");
            else if (logits is not null)
                written.Add(("logits", logitsPath!));
            if (folder is null)
                return written;
            try
            {
                SavedModel.Write(folder, request);
                written.Add(("model", folder));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or InputException)
            {
                Warn($"{ModelName} {folder}: not written ({e.Message.TrimEnd('.')})");
            }
            return written;
        }

        public void Dispose() => logits?.Dispose();

        private void Warn(string what)
        {
            IsFailed = true;
            say($"{what}; the run's record is unaffected");
        }
    }
}
