using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Decoding;

/// <summary>What the layers of a model share in each pass: the kinds of masks, and of rotations. Layers ask for it when they are loaded.</summary>
internal sealed class PassPlan<TTensor>(
    ITensorOps<TTensor> ops, ModelSpec model, Workload workload, IReadOnlyDictionary<string, TTensor> tensors)
    where TTensor : class, IDisposable
{
    private readonly List<Sight> sights = [];
    private readonly List<Rotary> rotaries = [.. model.Rotaries];
    private readonly TTensor[] tables = [.. RotationTable.Of(model, workload).Select(table => tensors[table.Name])];

    private readonly TTensor[] growths = [.. GrowthTable.Of(model, workload).Select(table => tensors[table.Name])];
    private readonly TTensor[] biases = [.. BiasTable.Of(model, workload).Select(table => tensors[table.Name])];

    /// <summary>Number of the mask of a sight, for <see cref="Pass{TTensor}.Mask"/>.</summary>
    public int Mask(Sight sight)
    {
        if (!sights.Contains(sight))
            sights.Add(sight);
        return sights.IndexOf(sight);
    }

    /// <summary>Number of the angles of a rotation, for <see cref="Pass{TTensor}.Angles"/>.</summary>
    public int Angles(Rotary kind) => rotaries.IndexOf(kind);

    /// <summary>Begins a pass of T tokens per sequence.</summary>
    public Pass<TTensor> Begin(long position, long tokens)
    {
        var (masks, isShared) = (new TTensor?[sights.Count], new bool[sights.Count]);
        for (var i = 0; i < masks.Length; i++)
        {
            var same = Same(i, position, tokens);
            isShared[i] = same < i;
            masks[i] = same < i ? masks[same] : sights[i].Mask(ops, position, tokens, workload, biases);
        }
        var angles = new Angles<TTensor>[rotaries.Count];
        for (var i = 0; i < angles.Length; i++)
        {
            var pairs = rotaries[i].Width / 2;
            using var rows = ops.Narrow(tables[i], 0, position, tokens);
            angles[i] = new(ops.Narrow(rows, 1, 0, pairs), ops.Narrow(rows, 1, pairs, pairs));
        }
        return new(position, tokens, masks, isShared, angles, [.. growths.Select(table => ops.Narrow(table, 0, position, tokens))]);
    }

    /// <summary>The first kind of sight that is as good as one in this pass.</summary>
    private int Same(int number, long position, long tokens)
    {
        var sight = sights[number].In(position, tokens);
        for (var i = 0; i < number; i++)
        {
            if (sights[i].In(position, tokens) == sight)
                return i;
        }
        return number;
    }
}
