using System.Numerics;

namespace LlmMemProfiler.VirtualGpu.Hardware;

/// <summary>
/// Copies and fills. Those of at most 64 KiB are real, so that tokens, scales and flags come back as they were written; larger ones only
/// take away what was there, so that a model of any size costs no memory. What was not written reads as zeros, and is counted.
/// </summary>
internal sealed unsafe class Transfers(IReadOnlyList<VirtualDevice> devices, AddressSpace space, SpinGate gate)
{
    /// <summary>The largest that is done.</summary>
    public const long MostBytes = 64 << 10;

    /// <summary>Copies between host and device, either way, by where the addresses lie.</summary>
    public Outcome Copy(byte* from, byte* to, ulong bytes)
    {
        if (bytes == 0)
            return Outcome.Ok;
        if (bytes > VirtualMemory.MostBytes || from is null || to is null)
            return Outcome.Invalid;
        var length = (long)bytes;
        var (isFrom, isTo) = (space.Contains(from), space.Contains(to));
        if (!isFrom && !isTo)
            return HostMemory.Write(from, to, length) ? Outcome.Ok : Outcome.Invalid;
        gate.Enter();
        var outcome = (isFrom && !space.IsBacked(from, length)) || (isTo && !space.IsBacked(to, length)) ? Outcome.Invalid
            : !isTo ? Read(from, to, length)
            : length > MostBytes ? Forgotten(to, length)
            : isFrom ? Move(from, to, length)
            : Write(from, to, length);
        gate.Leave();
        return outcome;
    }

    /// <summary>Fills device memory with one value.</summary>
    public Outcome Fill(byte* at, byte value, ulong bytes)
    {
        if (bytes == 0)
            return Outcome.Ok;
        if (bytes > VirtualMemory.MostBytes)
            return Outcome.Invalid;
        var length = (long)bytes;
        gate.Enter();
        var outcome = Outcome.Invalid;
        if (space.IsBacked(at, length))
        {
            outcome = length > MostBytes ? Forgotten(at, length) : space.Open(at, length) ? Outcome.Ok : Outcome.OutOfMemory;
            if (outcome == Outcome.Ok && length <= MostBytes)
            {
                new Span<byte>(at, (int)length).Fill(value);
                Mark(at, length, isWritten: true);
            }
        }
        gate.Leave();
        return outcome;
    }

    /// <summary>From now on, bytes with memory behind them are as nobody wrote them. The gate is held.</summary>
    public void Forget(byte* at, long length)
    {
        for (long done = 0, part; done < length; done += part)
        {
            part = PartOf(at + done, length - done);
            if (!space[space.PageOf(at + done)].IsOpen)
                continue;
            new Span<byte>(at + done, (int)part).Clear();
            Mark(at + done, part, isWritten: false);
        }
    }

    private Outcome Forgotten(byte* at, long length)
    {
        Forget(at, length);
        return Outcome.Ok;
    }

    private Outcome Write(byte* from, byte* to, long length)
    {
        if (!space.Open(to, length))
            return Outcome.OutOfMemory;
        if (!HostMemory.Read(from, to, length))
        {
            // A part may have been copied.
            Forget(to, length);
            return Outcome.Invalid;
        }
        Mark(to, length, isWritten: true);
        return Outcome.Ok;
    }

    private Outcome Read(byte* from, byte* to, long length)
    {
        var unwritten = 0L;
        for (long done = 0, part; done < length; done += part)
        {
            part = PartOf(from + done, length - done);
            var isOpen = space[space.PageOf(from + done)].IsOpen;
            unwritten += isOpen ? part - Written(from + done, part) : part;
            if (!(isOpen ? HostMemory.Write(from + done, to + done, part) : HostMemory.Clear(to + done, part)))
                return Outcome.Invalid;
        }
        if (unwritten > 0)
        {
            ref var levels = ref devices[space[space.PageOf(from)].Device].Levels;
            levels.UnwrittenReads++;
            levels.UnwrittenBytes += unwritten;
        }
        return Outcome.Ok;
    }

    /// <summary>From device to device; what was not written there is not written here.</summary>
    private Outcome Move(byte* from, byte* to, long length)
    {
        if (!space.Open(from, length) || !space.Open(to, length))
            return Outcome.OutOfMemory;
        Buffer.MemoryCopy(from, to, length, length);
        var isBackward = to > from;
        for (long i = 0; i < length; i++)
        {
            var at = isBackward ? length - 1 - i : i;
            Mark(to + at, 1, Written(from + at, 1) > 0);
        }
        return Outcome.Ok;
    }

    /// <summary>Bytes from an address to the end of its page, at most so many.</summary>
    private long PartOf(byte* at, long length) => Math.Min(length, Page.Bytes - OffsetOf(at));

    private void Mark(byte* at, long length, bool isWritten)
    {
        for (long done = 0, part; done < length; done += part)
        {
            part = PartOf(at + done, length - done);
            var bits = BitsOf(at + done);
            for (long bit = OffsetOf(at + done), end = bit + part; bit < end;)
            {
                if (bit % 8 == 0 && end - bit >= 8)
                {
                    bits[bit / 8] = isWritten ? byte.MaxValue : (byte)0;
                    bit += 8;
                    continue;
                }
                var mask = 1 << (int)(bit % 8);
                bits[bit / 8] = (byte)(isWritten ? bits[bit / 8] | mask : bits[bit / 8] & ~mask);
                bit++;
            }
        }
    }

    /// <summary>How many bytes of a part of an open page were written.</summary>
    private long Written(byte* at, long length)
    {
        var bits = BitsOf(at);
        var written = 0L;
        for (long bit = OffsetOf(at), end = bit + length; bit < end;)
        {
            if (bit % 8 == 0 && end - bit >= 8)
            {
                written += BitOperations.PopCount(bits[bit / 8]);
                bit += 8;
                continue;
            }
            written += bits[bit / 8] >> (int)(bit % 8) & 1;
            bit++;
        }
        return written;
    }

    private byte* BitsOf(byte* at) => space.BitsOf(space.PageOf(at));

    /// <summary>Bytes from the page's start.</summary>
    private long OffsetOf(byte* at) => at - space.AddressOf(space.PageOf(at));
}
