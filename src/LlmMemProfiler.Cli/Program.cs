using System.CommandLine;
using LlmMemProfiler.Cli;
using LlmMemProfiler.Cli.Commands;

var root = new RootCommand("Predicts, measures and explains the memory of LLM inference, to the byte.")
{
    EstimateCommand.Create(),
    RunCommand.Create(),
    DoctorCommand.Create(),
};
return CommandRunner.Run(root, args);
