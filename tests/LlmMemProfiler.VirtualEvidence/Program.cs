using System.Globalization;
using LlmMemProfiler.VirtualEvidence.Calls;
using LlmMemProfiler.VirtualEvidence.Operations;
using LlmMemProfiler.VirtualEvidence.Points;

// dotnet run --project tests/LlmMemProfiler.VirtualEvidence -c Release -- points COUNT SEED LIBTORCH TABLE
//                                                                      -- process SEED NUMBER LIBTORCH
//                                                                      -- family-table LIBTORCH TABLE
//                                                                      -- families GPU NUMBER LIBTORCH
//                                                                      -- calls SEED NUMBER LIBTORCH
//                                                                      -- operations TABLE CAPABILITY LIBTORCH
switch (args)
{
    case ["points", var count, var seed, var libtorch, var table]:
        return await Evidence.Gather(Whole(count), Whole(seed), libtorch, table);
    case ["process", var seed, var number, var libtorch]:
        foreach (var result in PointRun.Of(PointProcess.Draw(Whole(seed), Whole(number)), Whole(number), libtorch))
            Console.WriteLine(result.ToJson());
        return 0;
    case ["family-table", var libtorch, var table]:
        return await FamilyEvidence.Gather(libtorch, table);
    case ["families", PointRun.Cpu, var number, _]:
        foreach (var result in PointRun.OnCpu(FamilyPoints.Of(Whole(number)), Whole(number)))
            Console.WriteLine(result.ToJson());
        return 0;
    case ["families", var gpu, var number, var libtorch]:
        foreach (var result in PointRun.Of(FamilyPoints.On(gpu, Whole(number)), Whole(number), libtorch))
            Console.WriteLine(result.ToJson());
        return 0;
    case ["calls", var seed, var number, var libtorch]:
        foreach (var line in RecordedRun.Lines(PointProcess.Draw(Whole(seed), Whole(number)), libtorch))
            Console.WriteLine(line);
        return 0;
    case ["operations", var table, var capability, var libtorch]:
        foreach (var line in SeenOperations.Compare(table, capability, libtorch))
            Console.WriteLine(line);
        return 0;
    default:
        Console.Error.WriteLine("points COUNT SEED LIBTORCH TABLE, process SEED NUMBER LIBTORCH, family-table LIBTORCH TABLE, families GPU NUMBER LIBTORCH, calls SEED NUMBER LIBTORCH, or operations TABLE CAPABILITY LIBTORCH");
        return 2;
}

static int Whole(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
