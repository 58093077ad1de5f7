using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Points;

/// <summary>What a device peak counts. Peaks of different levels are never compared or fitted together.</summary>
[JsonConverter(typeof(WordConverter<DeviceLevel>))]
public enum DeviceLevel
{
    /// <summary>All resident pages of the process, pages of files included; up to version 0.1.</summary>
    Resident,

    /// <summary>The process's own pages, RssAnon and RssShmem: its files' pages depend on the system's page cache.</summary>
    Private,

    /// <summary>What a GPU's driver counts.</summary>
    Driver,
}

public static class MeasuredLevels
{
    /// <summary>What this version measures on a kind of device.</summary>
    public static DeviceLevel Measured(this DeviceKind kind) => kind == DeviceKind.Cpu ? DeviceLevel.Private : DeviceLevel.Driver;
}
