using System.Globalization;

namespace LlmMemProfiler.VirtualGpu.Hardware;

/// <summary>Which of a machine's devices a program sees, as CUDA_VISIBLE_DEVICES tells the driver.</summary>
/// <remarks>
/// CUDA C++ Programming Guide, 'CUDA Environment Variables': numbers and beginnings of UUIDs, in the order in which they are seen; what
/// follows something that is neither is hidden, so that an empty text and '-1' hide all.
/// </remarks>
internal static class VisibleDevices
{
    private const string Prefix = "GPU-";

    /// <param name="count">Devices of the machine.</param>
    /// <param name="variable">The variable's value; null if it is not set.</param>
    /// <param name="uuidOf">A device's UUID, without prefix.</param>
    public static IReadOnlyList<int> Of(int count, string? variable, Func<int, string> uuidOf)
    {
        if (variable is null)
            return [.. Enumerable.Range(0, count)];
        var visible = new List<int>();
        foreach (var name in variable.Split(',').Select(part => part.Trim()))
        {
            var number = int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given
                : name.Length > Prefix.Length && name.StartsWith(Prefix, StringComparison.Ordinal) ? Named(name[Prefix.Length..])
                : -1;
            if (number < 0 || number >= count)
                break;
            // The driver sees none at all where one is named twice.
            if (visible.Contains(number))
                return [];
            visible.Add(number);
        }
        return visible;

        int Named(string beginning)
        {
            var found = Enumerable.Range(0, count).Where(i => uuidOf(i).StartsWith(beginning, StringComparison.OrdinalIgnoreCase)).ToList();
            return found is [var only] ? only : -1;
        }
    }
}
