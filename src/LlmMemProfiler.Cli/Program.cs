using System.CommandLine;
using LlmMemProfiler.Cli;
using LlmMemProfiler.Cli.Commands;
using LlmMemProfiler.Cli.Output;

ClosedStreams.Replace();
var output = DroppingWriter.Install(ClosedStreams.HasClosedOutput);
var root = new RootCommand("Predict, measure, and explain the memory of LLM inference, to the byte.")
{
    EstimateCommand.Create(),
    RunCommand.Create(),
    SweepCommand.Create(),
    CalibrateCommand.Create(),
    ValidateCommand.Create(),
    ReportCommand.Create(),
    ReplayCommand.Create(),
    ProfilesCommand.Create(),
    ModelCommand.Create(),
    TargetsCommand.Create(),
    DoctorCommand.Create(),
    ClaimsCommand.Create(),
    HookCostCommand.Create(),
    WorkerProgram.Create(),
}.WithExamples("run", "estimate gpt2-xl --batch 8 --prompt 512 --new-tokens 512", "doctor");
return CommandRunner.Run(root, args, output);
