using CsCheck;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;

namespace LlmMemProfiler.Core.Tests.Allocation;

/// <summary>Valid streams: few addresses, so that they are soon used again, and short operations with scratch in them.</summary>
internal static class RandomStream
{
    private const int Addresses = 6;

    public static Gen<List<AllocationEvent>> Any { get; } = Gen.Select(Gen.Int[0, 9], Gen.Int[0, 999]).Array[0, 60].Select(Told);

    private static List<AllocationEvent> Told((int Kind, int Number)[] moves)
    {
        var events = new List<AllocationEvent>();
        var live = new Dictionary<ulong, long>();
        var (phase, step, operation, sequence) = (Phase.Load, 0, Operation.None, 0u);
        foreach (var (kind, number) in moves)
        {
            var block = (ulong)(number % Addresses);
            switch (kind)
            {
                case 0 when operation == Operation.None:
                    (phase, step) = phase == Phase.Decode ? (phase, step + 1) : (phase + 1, 0);
                    break;
                case 1 or 2:
                    operation = operation == Operation.None ? (Operation)(1 + (number % 20)) : Operation.None;
                    sequence++;
                    break;
                default:
                    var size = live.Remove(block, out var taken) ? -taken : 1 + (number / Addresses % 9);
                    if (size > 0)
                        live.Add(block, size);
                    var part = (Part)(number / 7 % Parts.Owners);
                    events.Add(new(block, size, Tag.Of(phase, step, null, part, operation, sequence)));
                    break;
            }
        }
        return events;
    }
}
