using LlmMemProfiler.Calibration.Fits;
using LlmMemProfiler.Calibration.Inputs;
using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Tests.Fits;

/// <summary>On the records of an H100: what the guide's constant does not hold has a name.</summary>
public class OutlierPartTests
{
    [Fact]
    public void An_outlier_of_the_overhead_tells_its_part()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "LlmMemProfiler.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("the tests run outside of the repository");
        var evidence = Path.Combine(folder.FullName, "profiles", "hardware", "cuda-h100-80gb");
        var outliers = Outliers.Of(HardwareProfiles.Find(evidence), CalibrationInput.ReadFiles([Path.Combine(evidence, "sweep")], isSkipping: false));

        Assert.Equal(6, outliers.Count);
        // INT8's dequantized output layer: [50257, 1536] in FP16 is 154,389,504 B, and takes a segment of 148 MiB whole.
        Assert.All(outliers.Where(o => o.Point.Workload.Dtype == DataType.Int8), o => Assert.Equal(Part.Workspace, o.Mostly!.Value.Part));
        Assert.Equal(4, outliers.Count(o => o.Point.Workload.Dtype == DataType.Int8));
        Assert.All(outliers.Where(o => o.Point.Workload.Dtype != DataType.Int8), o => Assert.Equal(Part.Slack, o.Mostly!.Value.Part));
        Assert.Equal(155_189_248, outliers.First(o => o.Point.PointId == "99f0e33d2a36b00d").Mostly!.Value.Difference.Bytes);
    }
}
