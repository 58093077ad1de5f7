using System.Buffers.Binary;
using System.Numerics;

namespace LlmMemProfiler.Core;

/// <summary>
/// SHA-256 (FIPS 180-4, 6.2). .NET's implementation calls OpenSSL and aborts the process where that is missing, as in small containers.
/// </summary>
public sealed class Sha256
{
    private const int BlockSize = 64;

    /// <summary>Rounding constants: the first 32 bits of the fractions of the cube roots of the first 64 primes.</summary>
    private static readonly uint[] K = [.. Primes().Take(64).Select(p => Fraction(Math.Cbrt(p)))];

    private readonly uint[] state;
    private readonly byte[] block;
    private readonly uint[] schedule = new uint[64];
    private long length;

    public Sha256()
    {
        state = [.. Primes().Take(8).Select(p => Fraction(Math.Sqrt(p)))];
        block = new byte[BlockSize];
    }

    private Sha256(Sha256 other)
    {
        state = [.. other.state];
        block = [.. other.block];
        length = other.length;
    }

    /// <summary>The 32-byte hash of all bytes.</summary>
    public static byte[] Of(ReadOnlySpan<byte> bytes)
    {
        var hash = new Sha256();
        hash.Add(bytes);
        return hash.Current();
    }

    /// <summary>Adds bytes to the hash.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var at = (int)(length % BlockSize);
            var taken = Math.Min(BlockSize - at, bytes.Length);
            bytes[..taken].CopyTo(block.AsSpan(at));
            bytes = bytes[taken..];
            length += taken;
            if (at + taken == BlockSize)
                Compress();
        }
    }

    /// <summary>The hash of all bytes so far; more can be added afterwards.</summary>
    public byte[] Current()
    {
        var whole = new Sha256(this);
        // A one, zeros, and the length in bits at the end of a block.
        var padding = new byte[1 + (int)((BlockSize + 55 - (length % BlockSize)) % BlockSize) + 8];
        padding[0] = 0x80;
        BinaryPrimitives.WriteInt64BigEndian(padding.AsSpan(padding.Length - 8), length * 8);
        whole.Add(padding);
        var hash = new byte[32];
        for (var i = 0; i < state.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(hash.AsSpan(4 * i), whole.state[i]);
        return hash;
    }

    private void Compress()
    {
        unchecked
        {
            var w = schedule;
            for (var t = 0; t < 16; t++)
                w[t] = BinaryPrimitives.ReadUInt32BigEndian(block.AsSpan(4 * t));
            for (var t = 16; t < 64; t++)
            {
                var (near, far) = (w[t - 2], w[t - 15]);
                w[t] = (Rotate(near, 17) ^ Rotate(near, 19) ^ (near >> 10)) + w[t - 7] + (Rotate(far, 7) ^ Rotate(far, 18) ^ (far >> 3)) + w[t - 16];
            }
            var (a, b, c, d, e, f, g, h) = (state[0], state[1], state[2], state[3], state[4], state[5], state[6], state[7]);
            for (var t = 0; t < 64; t++)
            {
                var t1 = h + (Rotate(e, 6) ^ Rotate(e, 11) ^ Rotate(e, 25)) + ((e & f) ^ (~e & g)) + K[t] + w[t];
                var t2 = (Rotate(a, 2) ^ Rotate(a, 13) ^ Rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
                (h, g, f, e, d, c, b, a) = (g, f, e, d + t1, c, b, a, t1 + t2);
            }
            state[0] += a;
            state[1] += b;
            state[2] += c;
            state[3] += d;
            state[4] += e;
            state[5] += f;
            state[6] += g;
            state[7] += h;
        }
    }

    private static uint Rotate(uint word, int bits) => BitOperations.RotateRight(word, bits);

    private static uint Fraction(double number) => (uint)((number - Math.Floor(number)) * (1L << 32));

    private static IEnumerable<int> Primes() => Enumerable.Range(2, 310).Where(n => Enumerable.Range(2, n - 2).All(d => n % d != 0));
}
