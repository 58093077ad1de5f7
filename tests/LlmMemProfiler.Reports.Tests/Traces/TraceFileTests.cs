using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Allocation.Caching;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Files;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Reports.Traces;

namespace LlmMemProfiler.Reports.Tests.Traces;

/// <summary>Chrome trace events, written and read back.</summary>
public sealed class TraceFileTests : IDisposable
{
    private static readonly Timeline OneReading = new()
    {
        Seconds = [0.5],
        Phase = [Phase.Load],
        Step = [0],
        Allocated = [new MemoryAccount()],
        Device = [new ByteSize(12345)],
    };

    private readonly string folder = Directory.CreateTempSubdirectory().FullName;
    private readonly Recording decode = new();
    private int cacheLine;

    public TraceFileTests() => SymbolicRun.Decode(ModelPresets.Find("tiny"), new() { Prompt = 3, NewTokens = 3 }, decode);

    [Theory]
    [InlineData("trace.json")]
    [InlineData("trace.json.gz")]
    public void Both_streams_come_back_as_they_were(string name)
    {
        var path = Write(name);
        foreach (var process in Enum.GetValues<TraceProcess>())
        {
            var back = new Recording();
            Assert.Equal(decode.Events.Count, TraceReader.Read(path, process, back).Events);
            Assert.Equal(decode.Events.Select(e => (e.Block, e.Size, e.Tag, e.Requested)), back.Events.Select(e => (e.Block, e.Size, e.Tag, e.Requested)));
        }
    }

    [Fact]
    public void A_byte_order_mark_is_passed_over_and_another_encoding_named()
    {
        var path = Write("trace.json");
        var text = File.ReadAllText(path);
        File.WriteAllText(path, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        Assert.Equal(decode.Events.Count, TraceReader.Read(path, TraceProcess.Measured, new Recording()).Events);

        File.WriteAllText(path, text, Encoding.Unicode);
        var message = Assert.ThrowsAny<InputException>(() => TraceReader.Read(path, TraceProcess.Measured, new Recording())).Message;
        Assert.Contains("encoded in UTF-16, not in UTF-8", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"pid\":1", "\"pid\":3")]
    [InlineData("\"pid\":1", "\"pid\":1,\"pid\":2")]
    public void A_stream_that_is_none_and_a_name_that_stands_twice_are_refused(string from, string to)
    {
        var lines = File.ReadAllLines(Write("trace.json"));
        var at = Array.FindIndex(lines, line => line.Contains("\"cat\":\"allocation\"", StringComparison.Ordinal));
        Assert.Contains(from, lines[at], StringComparison.Ordinal);
        lines[at] = lines[at].Replace(from, to, StringComparison.Ordinal);
        var path = Path.Combine(folder, "other.json");
        File.WriteAllLines(path, lines);
        var message = Assert.ThrowsAny<InputException>(() => TraceReader.Read(path, TraceProcess.Predicted, new Recording())).Message;
        Assert.StartsWith($"{path}, line {at + 1}: ", message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_file_is_one_JSON_document_whose_slices_open_and_close_and_whose_counter_is_the_level()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Write("trace.json")));
        var events = document.RootElement.EnumerateArray().Where(e => e.TryGetProperty("ph", out _)).ToList();
        foreach (var pid in (int[])[1, 2])
        {
            var own = events.Where(e => e.GetProperty("pid").GetInt32() == pid).ToList();
            var depth = 0;
            foreach (var kind in own.Select(e => e.GetProperty("ph").GetString()))
            {
                depth += kind == "B" ? 1 : kind == "E" ? -1 : 0;
                Assert.InRange(depth, 0, 4);
            }
            Assert.Equal(0, depth);
            var last = own.Last(e => IsNamed(e, "allocated"));
            Assert.Equal(decode.Events.Sum(e => e.Size), last.GetProperty("args").GetProperty("bytes").GetInt64());
            Assert.Contains(own, e => e.GetProperty("ph").ValueEquals("B") && IsNamed(e, "layer 1"));
        }
        Assert.Contains(events, e => IsNamed(e, "device")
            && e.GetProperty("ts").GetDouble() == 500_000 && e.GetProperty("args").GetProperty("bytes").GetInt64() == 12345);
    }

    /// <summary>As traces are shown by name, nothing of a virtual GPU may be called measured.</summary>
    [Theory]
    [InlineData(DeviceKind.Cuda, "measured")]
    [InlineData(DeviceKind.Virtual, "virtual")]
    public void A_stream_is_named_by_what_it_was_seen_on(DeviceKind device, string name)
    {
        var path = Path.Combine(folder, "named.json");
        using (var file = new OutputFile(path))
            TraceFile.Write(file, device, OneReading, decode.Events, sink => decode.Events.ForEach(e => sink.Add(e)), origin: 0);
        Assert.Equal((decode.Events.Count, name), TraceReader.Read(path, TraceProcess.Measured, new Recording()));
        Assert.Equal((decode.Events.Count, "predicted"), TraceReader.Read(path, TraceProcess.Predicted, new Recording()));
        Assert.Contains($"\"args\":{{\"name\":\"{name}\"}}", File.ReadAllText(path), StringComparison.Ordinal);
    }

    [Fact]
    public void A_level_that_only_some_events_tell_is_no_zero_at_the_others()
    {
        var path = Path.Combine(folder, "some.json");
        var told = decode.Events.Select((e, i) => i % 3 == 0 ? e with { Reserved = 1_000 + i } : e).ToList();
        using (var file = new OutputFile(path))
            TraceFile.Write(file, DeviceKind.Cpu, OneReading, told, _ => { }, origin: 0);

        using var document = JsonDocument.Parse(File.ReadAllText(path));
        var levels = document.RootElement.EnumerateArray().Where(e => IsNamed(e, "reserved"))
            .Select(e => e.GetProperty("args").GetProperty("bytes").GetInt64());
        Assert.Equal(told.Where(e => e.Reserved > 0).Select(e => e.Reserved), levels);
    }

    /// <summary>In this stream no event tells segments, as on a CPU away from its peaks; what CUDA's allocator would hold of each level is known of the predicted stream.</summary>
    [Fact]
    public void Each_level_that_is_known_has_its_counter_and_no_other()
    {
        var blocks = new Recording();
        var allocator = new CachingAllocator(new(), blocks);
        decode.Events.ForEach(e => allocator.Add(e));
        var path = Path.Combine(folder, "levels.json");
        using (var file = new OutputFile(path))
            TraceFile.Write(file, DeviceKind.Cpu, OneReading, decode.Events, sink => blocks.Events.ForEach(e => sink.Add(e)), origin: 0);

        using var document = JsonDocument.Parse(File.ReadAllText(path));
        var counters = document.RootElement.EnumerateArray()
            .Where(e => e.TryGetProperty("ph", out var kind) && kind.ValueEquals("C"))
            .ToLookup(e => (e.GetProperty("pid").GetInt32(), e.GetProperty("name").GetString()!), e => e.GetProperty("args").GetProperty("bytes").GetInt64());

        Assert.Equal([(1, "allocated"), (1, "device"), (1, "requested"), (2, "allocated"), (2, "requested"), (2, "reserved")], counters.Select(c => c.Key).Order());
        Assert.Equal(counters[(1, "requested")], counters[(1, "allocated")]);
        Assert.Equal(counters[(1, "requested")], counters[(2, "requested")]);
        Assert.Equal((allocator.Levels.Requested.Bytes, allocator.Levels.Allocated.Bytes, allocator.Levels.Reserved.Bytes), (Last("requested"), Last("allocated"), Last("reserved")));
        Assert.Equal(allocator.AllocatedPeak.Levels.Allocated.Bytes, counters[(2, "allocated")].Max());
        Assert.Equal(allocator.Steps.Max(s => s.Peaks.Requested.Bytes), counters[(2, "requested")].Max());
        Assert.All(counters[(2, "requested")].Zip(counters[(2, "allocated")]), level => Assert.True(level.First <= level.Second));

        long Last(string name) => counters[(2, name)].Last();
    }

    [Fact]
    public void Predicted_events_stand_at_the_time_of_their_measured_operation()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Write("trace.json")));
        var times = document.RootElement.EnumerateArray()
            .Where(e => e.TryGetProperty("cat", out _))
            .ToLookup(e => e.GetProperty("pid").GetInt32(), e => e.GetProperty("ts").GetDouble());

        Assert.Equal(times[1], times[2]);
        Assert.Equal(1000, times[1].First());
    }

    [Theory]
    [InlineData(5, "events are missing")]
    [InlineData(-1, "truncated")]
    public void Holes_and_ends_that_are_missing_are_refused_with_the_line(int drop, string reason)
    {
        var path = Write("trace.json");
        var lines = File.ReadAllLines(path).ToList();
        var allocations = Allocations(lines);
        lines.RemoveAt(drop < 0 ? lines.Count - 1 : allocations[drop]);
        File.WriteAllLines(path, lines);

        Refused(path, reason, drop < 0 ? lines.Count : allocations[drop + 1]);
    }

    [Fact]
    public void A_free_twice_a_free_of_nothing_and_a_block_taken_twice_are_refused_with_the_line()
    {
        var path = Write("trace.json");
        var lines = File.ReadAllLines(path).ToList();
        var allocations = Allocations(lines);
        var free = allocations.Find(i => lines[i].Contains("\"bytes\":-", StringComparison.Ordinal));
        var original = lines[free];

        Change(free, original.Replace("\"block\":\"", "\"block\":\"fff", StringComparison.Ordinal), "is freed but not live");
        Change(free, original.Replace("\"bytes\":-", "\"bytes\":-1", StringComparison.Ordinal), "but is freed with");
        var (first, second) = (allocations[0], allocations[1]);
        var block = lines[first].Split("\"block\":\"")[1].Split('"')[0];
        var other = lines[second].Split("\"block\":\"")[1].Split('"')[0];
        Change(second, lines[second].Replace($"\"block\":\"{other}\"", $"\"block\":\"{block}\"", StringComparison.Ordinal), "allocated twice");
        Change(second, lines[second].Replace("\"tag\":\"", "\"tag\":\"f", StringComparison.Ordinal), "is not a ");
        Change(second, lines[second][..40], "not a complete trace event");
        Change(second, lines[second].Replace("\"requested\":", "\"requested\":-", StringComparison.Ordinal), "not an allocation");
        Change(second, lines[second].Replace("\"requested\":", "\"requested\":9", StringComparison.Ordinal), "not an allocation");

        void Change(int line, string text, string reason)
        {
            var changed = lines.ToList();
            changed[line] = text;
            File.WriteAllLines(path, changed);
            Refused(path, reason, line + 1);
        }
    }

    /// <summary>Under the names that torch.cuda.memory's own traces have.</summary>
    [Fact]
    public void What_was_done_to_the_cache_comes_in_its_place_and_is_no_event()
    {
        var path = WithCacheLines(
            """{"ph":"i","pid":1,"tid":1,"ts":1,"name":"empty_cache","cat":"cache"},""",
            """{"ph":"i","pid":2,"tid":1,"ts":1,"name":"empty_cache","cat":"cache"},""",
            """{"ph":"i","pid":1,"tid":1,"ts":1,"name":"segment_free","cat":"cache","args":{"bytes":20971520,"address":"7f00"}},""");
        var told = new CacheRecording();

        Assert.Equal(decode.Events.Count, TraceReader.Read(path, TraceProcess.Measured, told).Events);

        Assert.Equal(["event", "event", "empty_cache", "segment_free 20971520", "event"], told.Told.Take(5));
        Assert.Equal(decode.Events.Count + 2, told.Told.Count);
        // Whoever wants only allocations gets those.
        Assert.Equal(decode.Events.Count, TraceReader.Read(path, TraceProcess.Measured, new Recording()).Events);
    }

    [Theory]
    [InlineData("""{"pid":1,"name":"empty_cash","cat":"cache"}""", "'empty_cash' is nothing that a cache does: known are empty_cache and segment_free")]
    [InlineData("""{"pid":1,"name":"segment_free","cat":"cache","args":{"bytes":0}}""", "its bytes must be above 0")]
    [InlineData("""{"pid":1,"name":"segment_free","cat":"cache","args":{"bytes":-20971520}}""", "its bytes must be above 0")]
    [InlineData("""{"pid":1,"name":"segment_free","cat":"cache"}""", "not a complete trace event")]
    [InlineData("""{"pid":3,"name":"empty_cache","cat":"cache"}""", "3 is not a stream")]
    [InlineData("""{"name":"empty_cache","cat":"cache"}""", "not a complete trace event")]
    public void What_no_cache_does_is_refused_with_the_line(string line, string reason) => Refused(WithCacheLines(line), reason, cacheLine);

    [Fact]
    public void A_line_without_end_is_refused_before_it_fills_the_memory()
    {
        var path = Path.Combine(folder, "long.json");
        File.WriteAllText(path, new string('x', 200_000));

        var message = Assert.ThrowsAny<InputException>(() => TraceReader.Read(path, TraceProcess.Measured, new Recording())).Message;
        Assert.Contains("line 1 has more than 65,536 bytes", message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static bool IsNamed(JsonElement e, string name) => e.TryGetProperty("name", out var found) && found.ValueEquals(name);

    private static void Refused(string path, string reason, int line)
    {
        var message = Assert.ThrowsAny<InputException>(() => TraceReader.Read(path, TraceProcess.Measured, new Recording())).Message;
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.Contains($"line {line}:", message, StringComparison.Ordinal);
    }

    private static List<int> Allocations(List<string> lines) =>
        [.. Enumerable.Range(0, lines.Count).Where(i => lines[i].Contains("\"pid\":1", StringComparison.Ordinal) && lines[i].Contains("\"cat\"", StringComparison.Ordinal))];

    /// <summary>After the second allocation, in the line after it.</summary>
    private string WithCacheLines(params string[] cache)
    {
        var path = Write("cache.json");
        var lines = File.ReadAllLines(path).ToList();
        cacheLine = Allocations(lines)[1] + 2;
        lines.InsertRange(cacheLine - 1, cache);
        File.WriteAllLines(path, lines);
        return path;
    }

    private string Write(string name)
    {
        var path = Path.Combine(folder, name);
        var tick = Stopwatch.Frequency / 1000;
        var measured = decode.Events.Select((e, i) => e with { Time = 100 + (tick * (i + 1)) }).ToList();
        using var file = new OutputFile(path);
        TraceFile.Write(file, DeviceKind.Cpu, OneReading, measured, sink => decode.Events.ForEach(e => sink.Add(e)), origin: 100);
        return path;
    }

    private sealed class CacheRecording : ICacheSink
    {
        public List<string> Told { get; } = [];

        public void Add(in AllocationEvent e) => Told.Add("event");

        public void EmptyCache() => Told.Add("empty_cache");

        public void FreeSegment(long size) => Told.Add(string.Create(CultureInfo.InvariantCulture, $"segment_free {size}"));
    }

    private sealed class Recording : IAllocationSink
    {
        public List<AllocationEvent> Events { get; } = [];

        public void Add(in AllocationEvent e) => Events.Add(e);
    }
}
