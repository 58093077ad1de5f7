using System.Runtime.InteropServices;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Decoding;
using LlmMemProfiler.Core.Models.KvCaches;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Device.Compute;
using LlmMemProfiler.Device.Hook;
using LlmMemProfiler.Device.LibTorch;
using LlmMemProfiler.Device.Probes;
using LlmMemProfiler.Harness.Torch;
using LlmMemProfiler.Harness.Weights;
using TorchSharp;

namespace LlmMemProfiler.Harness.Runs;

/// <summary>
/// Measures one point: load, prefill and decode, with every allocation recorded. Out of memory, a fault or an interruption ends
/// the run but keeps everything measured so far in the record.
/// </summary>
public sealed class MeasuredRun
{
    private readonly RunRequest request;
    private readonly ComputeDevice device;
    private readonly LibTorchLibrary library;
    private readonly Action<RunProgress> report;
    private readonly Action<RunRecord>? onTermination;
    private readonly TensorTable table;
    private readonly TagCursor tags = new();
    private readonly List<IReadOnlyList<long>> generated = [];
    private readonly CacheSizes cacheSizes;
    private readonly QuantizationScratch scratch = new();
    private readonly RecordedLoads routing = new();
    private readonly GpuLevels levels;
    private double? prefillSeconds;
    private double? tokensPerSecond;
    private RunEnd completed = RunEnd.Ok;

    /// <summary>Positions in the cache after the last step.</summary>
    private int cached;

    /// <summary>False on a virtual GPU: there is nothing to fill with values, to time, or to read.</summary>
    private readonly bool computes;

    private MeasuredRun(RunRequest request, ComputeDevice device, LibTorchLibrary library, Action<RunProgress> report, Action<RunRecord>? onTermination)
    {
        this.onTermination = onTermination;
        this.request = request;
        this.device = device;
        this.library = library;
        this.report = report;
        table = TensorTable.For(request.Model, request.Workload);
        cacheSizes = new(request.Model, request.Workload);
        levels = new(device);
        computes = device.Facts.Kind != DeviceKind.Virtual;
    }

    /// <summary>Measures on the calling thread, where all of libtorch's work happens.</summary>
    /// <param name="request">The point.</param>
    /// <param name="device">The device.</param>
    /// <param name="library">The loaded libtorch.</param>
    /// <param name="report">Receives progress.</param>
    /// <param name="cancellation">Stops the run after the current step.</param>
    /// <param name="onTrace">Receives the traces at the end, if complete.</param>
    /// <param name="onTermination">
    /// Receives the record where libtorch is about to end the process, and has to end it with <see cref="Termination.Exit"/>; null to let it.
    /// </param>
    public static RunRecord Execute(
        RunRequest request, ComputeDevice device, LibTorchLibrary library, Action<RunProgress> report, CancellationToken cancellation,
        Action<RunTrace>? onTrace = null, Action<RunRecord>? onTermination = null) =>
        new MeasuredRun(request, device, library, report, onTermination).Execute(onTrace, cancellation);

    private RunRecord Execute(Action<RunTrace>? onTrace, CancellationToken cancellation)
    {
        RunComparison.RequireValid(device, library);
        var started = DateTimeOffset.UtcNow;
        var atStart = MachineCounters.Read();
        using var inference = torch.inference_mode();
        using var installed = AllocationHook.TryInstall(library, tags, device.Hook, out var reason);
        var memory = new MemoryReader(device.Probe, installed, isShared: device.Facts.Kind == DeviceKind.Cpu, request.Prompt?.Memory ?? ByteSize.Zero);
        // What reading the input left behind goes first; and the heap's size is known only after a collection.
        GC.Collect();
        var context = memory.Read();
        levels.Add("context", ByteSize.Zero);
        var kept = new WarmUpBlocks();
        return Guarded(() => WarmUp(installed, kept), Measure);

        RunRecord Measure(RunEnd end)
        {
            var warm = memory.Read();
            // The warm-up was recorded too; only what it left behind counts toward the run.
            installed?.Drain(kept);
            levels.Add("warm_up", installed is null ? null : kept.Reserved);
            var hook = end.Status == RunStatus.Ok && kept.Reserved is null ? null : installed;
            if (installed is not null && hook is null)
            {
                // A zero would stand for what nobody saw.
                installed.Pause();
                reason = Blindness.Reason(Environment.GetEnvironmentVariable);
            }
            var beforeLoad = MachineCounters.Read();
            // Read once: by the next reading, .NET's compiler may have taken more.
            var reservedBefore = device.ReadReserved();
            hook?.WatchPeaks(reservedBefore);

            using var spool = hook is null ? null : TraceSpool.Open();
            var meter = new RunMeter(hook, memory, device.ReadReserved, reservedBefore, isTimed: computes, spool is null ? scratch : new TeeSink(scratch, spool));
            kept.CarryOver(meter.Ledger);
            // On a CPU the hook says when memory peaks; a GPU's driver has to be asked again and again.
            using var sampler = device.Gpu is null ? null : new DeviceSampler(device.Probe);
            sampler?.Start();
            return end.Status == RunStatus.Ok ? Guarded(() => Decode(meter, hook, cancellation), Complete) : Complete(end);

            RunRecord Complete(RunEnd end)
            {
                sampler?.Stop();
                // After an exception, the last step's events are still buffered.
                meter.Complete();
                spool?.Complete();

                if (end.Status == RunStatus.Ok && hook?.Dropped > 0)
                    end = new(RunStatus.Failed, $"{hook.Dropped} events were lost: the hook's buffer was full");
                var last = memory.Read();
                var afterDecode = MachineCounters.Read();
                levels.Add("end", Reserved(meter, hook));
                // A run that ended before its first step has no other reading than the last.
                var sampled = new MemoryReading(new(sampler?.Maximum, null, null), null);
                var deviceLevels = new DeviceLevels(
                    context, levels.WithoutSegments(warm), MemoryReading.Highest(MemoryReading.Highest(meter.Highest, sampled), last), meter.ReservedPeak, reservedBefore, sampler?.Fault);
                var host = HostReader.Read(library);
                var comparison = RunComparison.For(request, device, library, host, levels, end.Status == RunStatus.Ok ? hook : null, computes ? routing : ExpertLoads.Balanced);
                var measured = MeasuredAccount.Of(hook is null ? null : meter.Ledger, meter.Phases, deviceLevels, device.Facts.Kind, reason);
                var isTraceComplete = hook?.Dropped == 0 && spool?.Fault is null;
                var fault = comparison.Cuda?.Virtual?.Fault;
                end = end.With(fault);
                var record = new RunRecord
                {
                    PointId = device.PointKey(request.Model, request.Workload).Id,
                    RunId = RunId.New(),
                    Status = end.Status,
                    Error = end.Error,
                    DeviceError = end.Device,
                    Started = started,
                    Model = ModelFacts.Of(request.Model),
                    Workload = WorkloadFacts.Of(request.Workload),
                    Device = device.Facts,
                    Host = host,
                    Seed = request.Seed,
                    Weights = computes ? WeightsFacts.Of(request.Weights) : null,
                    Measured = measured with
                    {
                        Unknown =
                        [
                            .. measured.Unknown,
                            .. spool?.Fault is { } lost ? [$"allocations one by one, and so how they compare with the prediction: {lost}"] : Array.Empty<string>(),
                            .. comparison.Cuda?.Unknown ?? [],
                        ],
                    },
                    Estimates = comparison.Estimates(),
                    Timing = computes ? new(meter.Phases.FirstOrDefault(p => p.Phase == Phase.Load)?.Seconds, prefillSeconds, tokensPerSecond) : new(null, null, null),
                    Events = new(hook is null ? null : meter.Ledger.Events, hook?.Dropped ?? 0, hook?.LateFrees ?? 0, hook is null ? reason! : "hook"),
                    Cuda = comparison.Cuda,
                    // Asked for last, since it initializes the driver.
                    Remarks = fault?.Remark(end.Status == RunStatus.Ok) is { } remark ? [remark] : device.Remarks(),
                    OutOfMemory = end.Status == RunStatus.Oom ? OutOfMemory(hook, last.Device) : null,
                    Trace = isTraceComplete ? comparison.Compare(spool!, isComplete: end.Status == RunStatus.Ok) : null,
                    Activity = !computes ? null : new(beforeLoad.Since(atStart), afterDecode.Since(beforeLoad), MachineCounters.Read().Since(afterDecode)),
                    Routing = computes ? RoutingFacts.Of(routing) : null,
                    Generated = generated,
                    QuantizedCache = Quantized(hook is null ? null : meter.Ledger),
                    Text = request.Prompt?.Facts(generated is [var first, ..] ? first : []),
                    Timeline = meter.Timeline,
                };
                if (isTraceComplete)
                    onTrace?.Invoke(new(record, spool!, comparison.Predict, meter.Start));
                return record;
            }
        }
    }

    private void WarmUp(AllocationHook? hook, WarmUpBlocks kept)
    {
        device.Begin();
        levels.RunFirstKernel();
        hook?.Drain(kept);
        levels.Add("first_kernel", hook is null ? null : kept.Reserved);
        WarmUpRun.Execute(request, device.Torch, computes);
        device.Synchronize();
    }

    /// <summary>Does a part of the run, and what comes after it, however the part ends: also where no exception can leave it.</summary>
    private RunRecord Guarded(Action part, Func<RunEnd, RunRecord> then)
    {
        RunEnd end;
        using (onTermination is null ? null : Termination.Expect(message => onTermination(then(RunEnd.By(message)))))
            end = EndOf(part);
        return then(end);
    }

    private RunEnd EndOf(Action part)
    {
        try
        {
            part();
            return completed;
        }
        catch (OperationCanceledException)
        {
            return new(RunStatus.Failed, "interrupted");
        }
        // A GPU may fail at any call; what was seen until then is kept. On a CPU, all but running out of memory is a fault of this program.
        catch (ExternalException e) when (device.Facts.Kind.IsGpu() || TorchOutOfMemory.Is(e))
        {
            return RunEnd.By(e.Message);
        }
    }

    private void Decode(RunMeter meter, AllocationHook? hook, CancellationToken cancellation)
    {
        using var filler = new ModelFiller(request.Model, request.Seed, request.Weights) { Prompt = request.Prompt?.Tokens };
        meter.BeginPhase();
        using var decoder = Load(meter, filler, cancellation);
        meter.AfterStep(Phase.Load, 0);
        RequireNoLeak(meter, hook, positions: 0);

        var onLogits = WithoutHook(hook);
        var chosen = 0;
        try
        {
            meter.BeginPhase();
            report(new(Phase.Prefill, 0, PromptTokens, 0) { Phases = meter.Phases });
            for (var pass = 0; pass < request.Workload.PrefillPasses; pass++)
            {
                var (position, tokens) = request.Workload.PrefillPass(pass);
                Step(Phase.Prefill, pass, position + tokens, () => decoder.Prefill(pass, onLogits));
                report(new(Phase.Prefill, (long)request.Workload.Batch * (position + tokens), PromptTokens, meter.PhaseSeconds) { Phases = meter.Phases });
            }
            prefillSeconds = meter.PhaseSeconds;
            chosen = 1;
            var isEnd = IsEnd(decoder.Generated, 0, hook);

            meter.BeginPhase();
            for (var step = 1; step <= decoder.Steps && !isEnd; step++)
            {
                Step(Phase.Decode, step, request.Workload.Prompt + step, () => decoder.Step(step, onLogits));
                chosen++;
                tokensPerSecond = (long)request.Workload.Batch * step / meter.PhaseSeconds;
                report(new(Phase.Decode, step, decoder.Steps, meter.PhaseSeconds) { Phases = meter.Phases });
                isEnd = IsEnd(decoder.Generated, step, hook);
            }
            if (isEnd && chosen < request.Workload.NewTokens)
                completed = new(RunStatus.Stopped, $"at the end of the text, after {chosen} of {request.Workload.NewTokens} new tokens");
        }
        finally
        {
            hook?.Pause();
            if (computes)
                Read(decoder.Generated, chosen);
        }

        void Step(Phase phase, int step, int positions, Action forward)
        {
            cancellation.ThrowIfCancellationRequested();
            forward();
            // As in real use, decode steps are not synchronized; at the end of each phase the times must be accurate.
            if (phase == Phase.Prefill || step == decoder.Steps)
                device.Synchronize();
            meter.AfterStep(phase, step);
            if (phase == Phase.Prefill && step == request.Workload.PrefillPasses - 1)
                levels.Add("prefill", Reserved(meter, hook));
            else if (phase == Phase.Decode && step == 1)
                levels.Add("first_step", Reserved(meter, hook));
            RequireNoLeak(meter, hook, positions);
            cached = positions;
        }
    }

    /// <summary>Null if the cache is not quantized, or empty.</summary>
    private QuantizedCacheFacts? Quantized(AllocationLedger? ledger)
    {
        var counted = cacheSizes.Of(cached);
        if (cached == 0 || counted.Scales == ByteSize.Zero)
            return null;
        return ledger is null
            ? new(null, counted.Scales, counted.Computed, null, null)
            : new(ledger.Steps.Max(step => step.AtEnd[Part.KvCache]), counted.Scales, counted.Computed, scratch.Peak, scratch.PeakTag.ToString());
    }

    /// <summary>Excludes the logits callback from the measurement.</summary>
    private Action<torch.Tensor>? WithoutHook(AllocationHook? hook) => request.OnLogits is not { } look ? null : logits =>
    {
        hook?.Pause();
        look(logits);
        hook?.Resume();
    };

    /// <summary>Shows the newest token, unmeasured; all sequences have the same text, and so the same tokens.</summary>
    /// <returns>True if the text ends there.</returns>
    private bool IsEnd(torch.Tensor tokens, int step, AllocationHook? hook)
    {
        if (request.Prompt is not { } prompt || !computes)
            return false;
        hook?.Pause();
        using var newest = tokens.narrow(0, step, 1);
        using var host = newest.cpu();
        using var ids = host.data<long>();
        var id = ids[0];
        prompt.OnToken(id);
        hook?.Resume();
        return prompt.EndTokens.Contains(id);
    }

    private static ByteSize? Reserved(RunMeter meter, AllocationHook? hook) => hook is null ? null : meter.Ledger.Reserved;

    private static OutOfMemoryFacts? OutOfMemory(AllocationHook? hook, DeviceReading end) => hook?.LastOutOfMemory is { } moment
        ? new(moment.Tag.ToString(), new(moment.Requested), new(moment.Allocated), new(moment.Reserved), end.Used)
        : null;

    private long PromptTokens => (long)request.Workload.Batch * request.Workload.Prompt;

    private Decoder<torch.Tensor> Load(RunMeter meter, ModelFiller filler, CancellationToken cancellation)
    {
        var total = table.Tensors.Sum(t => t.Size.Bytes);
        var done = 0L;
        return Decoder.Load(new TorchOps(tags, device.Torch, computes ? null : ExpertLoads.Balanced, routing), request.Model, request.Workload, (spec, tensors) =>
        {
            cancellation.ThrowIfCancellationRequested();
            if (computes)
                filler.Fill(spec, tensors);
            done += spec.Size.Bytes;
            meter.AfterTensor();
            report(new(Phase.Load, done, total, meter.PhaseSeconds) { Phases = meter.Phases });
        });
    }

    /// <summary>
    /// After each step, exactly the table and the cache must be live. On CUDA blocks are rounded and workspaces stay allocated, so
    /// there the trace comparison checks this.
    /// </summary>
    private void RequireNoLeak(RunMeter meter, AllocationHook? hook, int positions)
    {
        if (hook is null || device.Facts.Kind != DeviceKind.Cpu)
            return;
        var cache = request.Workload.Cache == CachePolicy.Preallocated ? table.Size(Part.KvCache) : cacheSizes.Of(positions).Total;
        foreach (var part in Parts.All.Take(Parts.Owners))
        {
            var (live, expected) = (meter.Ledger.Account[part], part == Part.KvCache ? cache : table.Size(part));
            if (live != expected)
            {
                throw new InvalidOperationException(
                    $"after {tags.Current}, {live?.ToExactString()} of {part.Name()} live instead of {expected.ToExactString()}: a tensor was not freed after its last use");
            }
        }
    }

    private void Read(torch.Tensor tokens, int steps)
    {
        using var host = tokens.cpu();
        using var accessor = host.data<long>();
        var ids = accessor.ToArray();
        for (var sequence = 0; sequence < request.Workload.Batch; sequence++)
            generated.Add([.. Enumerable.Range(0, steps).Select(step => ids[(step * request.Workload.Batch) + sequence])]);
    }
}
