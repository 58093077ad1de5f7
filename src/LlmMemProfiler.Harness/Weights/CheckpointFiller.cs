using System.Buffers;
using System.Runtime.InteropServices;
using LlmMemProfiler.Core.Checkpoints;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Layers;
using LlmMemProfiler.Core.Units;
using static TorchSharp.torch;

namespace LlmMemProfiler.Harness.Weights;

/// <summary>
/// Fills a model's weights from its checkpoint, one after the other, each in place: on the CPU the file is read into the tensor's own
/// memory, or by tiles of 256 KiB that are converted or transposed into it. On a GPU a staging buffer takes turns, and only what is
/// transposed or quantized lies in the host's memory as a whole first. libtorch allocates nothing on the device for any of it.
/// </summary>
internal sealed class CheckpointFiller(CheckpointWeights weights) : IDisposable
{
    private const int TileElements = 1 << 16, StagedElements = 1 << 22, HereElements = 1 << 26, Strip = 16;

    private readonly CheckpointReader reader = new();
    private readonly TensorMemory memory = new();

    public void Dispose()
    {
        reader.Dispose();
        memory.Dispose();
    }

    /// <summary>Fills one weight; an INT8 one together with its scales.</summary>
    public void Fill(TensorSpec spec, IReadOnlyDictionary<string, Tensor> tensors)
    {
        if (spec.Role == TensorRole.Scale)
        {
            var weight = spec.Name[..^".scale".Length];
            From(weight, stored => Here(tensors[weight], host => Quantize(stored, host, tensors[spec.Name])));
        }
        else if (spec.Type != DataType.Int8)
        {
            From(spec.Name, stored =>
            {
                if (stored.IsTransposed)
                    Here(tensors[spec.Name], host => Transpose(stored, spec.Type, host));
                else
                    Copy(stored, spec.Type, tensors[spec.Name]);
            });
        }
    }

    private void From(string name, Action<StoredWeight> fill)
    {
        var stored = weights.ByName[name];
        reader.Open(stored);
        fill(stored);
        reader.Forget(stored);
    }

    /// <summary>Fills a tensor through one of the same size where C# cannot write to it.</summary>
    private static void Here(Tensor tensor, Action<Tensor> fill)
    {
        using var host = TensorMemory.IsHere(tensor) ? tensor.alias() : empty(tensor.shape, tensor.dtype);
        fill(host);
        if (!TensorMemory.IsHere(tensor))
            _ = tensor.copy_(host);
    }

    private void Copy(StoredWeight stored, DataType type, Tensor tensor)
    {
        using var flat = tensor.reshape(-1);
        memory.ByChunks<byte>(flat, TensorMemory.IsHere(tensor) ? HereElements : StagedElements, (bytes, first) =>
        {
            var elements = bytes.Length / type.Bytes();
            ParallelTiles.ForEach((elements + TileElements - 1) / TileElements, i =>
            {
                var (at, count) = (i * TileElements, (int)Math.Min(TileElements, elements - (i * TileElements)));
                reader.Read(stored, first + at, type, bytes.Slice(at * type.Bytes(), count * type.Bytes()));
            });
        });
    }

    private void Transpose(StoredWeight stored, DataType type, Tensor host)
    {
        if (type.Bytes() == sizeof(ushort))
            Transpose<ushort>(stored, type, host);
        else
            Transpose<uint>(stored, type, host);
    }

    /// <summary>[…, in, out] as stored becomes [..., out, in].</summary>
    private void Transpose<T>(StoredWeight stored, DataType type, Tensor host)
        where T : unmanaged
    {
        var target = Elements<T>.Of(host);
        var tiles = new Tiles(stored.Tensor.Shape, TileElements);
        // Every tile writes to every page: two threads that both find one missing would both get one.
        ParallelTiles.ForEach((target.Length + TileElements - 1) / TileElements, i => target.Touch(i * TileElements, TileElements));
        ParallelTiles.ForEach(tiles.Count, i =>
        {
            var tile = tiles[i];
            var read = ArrayPool<T>.Shared.Rent(tile.Elements);
            reader.Read(stored, tiles.First(tile), type, MemoryMarshal.AsBytes(read.AsSpan(0, tile.Elements)));
            // A few columns at a time, so that what is written next to each other is written soon after each other.
            for (var column = 0; column < tile.Columns; column += Strip)
                target.Turn(read.AsSpan(column), tile.Rows, Math.Min(Strip, tile.Columns - column), tile.Columns, tiles.Transposed(tile, column), tiles.Rows);
            ArrayPool<T>.Shared.Return(read);
        });
    }

    /// <summary>
    /// Symmetric, one scale per output channel: scale = max|w| / 127, q = round(w / scale). Read twice, since a channel's scale is known
    /// only at its end, and in a transposed file that is the file's.
    /// </summary>
    private void Quantize(StoredWeight stored, Tensor host, Tensor scales)
    {
        var target = Elements<sbyte>.Of(host);
        var tiles = new Tiles(stored.Tensor.Shape, TileElements);
        var most = new float[scales.numel()];
        ForEach((tile, values) =>
        {
            lock (most)
            {
                for (var i = 0; i < values.Length; i++)
                    most[Channel(tile, i)] = Math.Max(most[Channel(tile, i)], Math.Abs(values[i]));
            }
        });
        for (var channel = 0; channel < most.Length; channel++)
            most[channel] = Math.Max(most[channel], float.Epsilon) / 127;
        ForEach((tile, values) =>
        {
            for (var i = 0; i < values.Length; i++)
            {
                var (row, column) = Math.DivRem(i, tile.Columns);
                var place = stored.IsTransposed ? tiles.Transposed(tile, column) + row : tiles.First(tile) + i;
                target[place] = (sbyte)MathF.Round(values[i] / most[Channel(tile, i)]);
            }
        });
        using var rowScales = tensor(most, [most.Length, 1]);
        _ = scales.copy_(rowScales);

        long Channel(Tile tile, int i) => stored.IsTransposed ? tile.FirstColumn + (i % tile.Columns) : tile.FirstRow + (i / tile.Columns);

        void ForEach(Action<Tile, float[]> act) => ParallelTiles.ForEach(tiles.Count, i =>
        {
            var values = new float[tiles[i].Elements];
            reader.Read(stored, tiles.First(tiles[i]), values);
            act(tiles[i], values);
        });
    }
}
