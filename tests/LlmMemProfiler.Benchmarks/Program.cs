using System.Globalization;
using LlmMemProfiler.Benchmarks;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Units;

// dotnet run --project tests/LlmMemProfiler.Benchmarks -c Release -- speed [MODEL [DTYPE [ROUNDS]]]
//                                                                 -- accuracy [MODEL…]
//                                                                 -- startup
//                                                                 -- simulator [MODEL]
//                                                                 -- traces RESULTS…
//                                                                 -- report [RECORDS]
//                                                                 -- virtual-gpu [LIBTORCH]
//                                                                 -- grouped [MODEL [DTYPE [ROUNDS]]]
//                                                                 -- load [FOLDER [DTYPE [ROUNDS]]]
//                                                                 -- llama-cpp [ROUNDS]
//                                                                 -- cache [DTYPE [ROUNDS]]
switch (args.ElementAtOrDefault(0))
{
    case "speed":
        SpeedBenchmark.Run(
            ModelPresets.Find(args.ElementAtOrDefault(1) ?? ModelPresets.Default),
            DataTypes.OfWeights[args.ElementAtOrDefault(2) ?? "fp16"],
            int.Parse(args.ElementAtOrDefault(3) ?? "3", CultureInfo.InvariantCulture));
        return 0;
    case "accuracy":
        AccuracyTable.Print(args.Length > 1 ? args[1..] : ["tiny", "guide-354m", "gpt2", "gpt2-medium", "gpt2-large"]);
        return 0;
    case "traces":
        TraceTable.Print(args[1..]);
        return 0;
    case "startup":
        StartupBenchmark.Run();
        return 0;
    case "simulator":
        SimulatorBenchmark.Run(ModelPresets.Find(args.ElementAtOrDefault(1) ?? ModelPresets.Default));
        return 0;
    case "report":
        await ReportBenchmark.Run(int.Parse(args.ElementAtOrDefault(1) ?? "10000", CultureInfo.InvariantCulture));
        return 0;
    case "virtual-gpu":
        VirtualGpuBenchmark.Run(args.ElementAtOrDefault(1));
        return 0;
    case "grouped":
        GroupedBenchmark.Run(
            ModelPresets.Find(args.ElementAtOrDefault(1) ?? "tiny-gqa"),
            DataTypes.OfWeights[args.ElementAtOrDefault(2) ?? "fp32"],
            int.Parse(args.ElementAtOrDefault(3) ?? "5", CultureInfo.InvariantCulture));
        return 0;
    case "llama-cpp":
        LlamaCppBenchmark.Run(int.Parse(args.ElementAtOrDefault(1) ?? "3", CultureInfo.InvariantCulture));
        return 0;
    case "cache":
        CacheBenchmark.Run(DataTypes.OfWeights[args.ElementAtOrDefault(1) ?? "fp32"], int.Parse(args.ElementAtOrDefault(2) ?? "3", CultureInfo.InvariantCulture));
        return 0;
    case "load":
        LoadBenchmark.Run(
            args.ElementAtOrDefault(1), DataTypes.OfWeights[args.ElementAtOrDefault(2) ?? "fp32"], int.Parse(args.ElementAtOrDefault(3) ?? "5", CultureInfo.InvariantCulture));
        return 0;
    default:
        Console.Error.WriteLine("speed [MODEL [DTYPE [ROUNDS]]], accuracy [MODEL…], traces RESULTS…, startup, simulator [MODEL], report [RECORDS], virtual-gpu [LIBTORCH], grouped [MODEL [DTYPE [ROUNDS]]], cache [DTYPE [ROUNDS]], llama-cpp [ROUNDS], or load [FOLDER [DTYPE [ROUNDS]]]");
        return 2;
}
