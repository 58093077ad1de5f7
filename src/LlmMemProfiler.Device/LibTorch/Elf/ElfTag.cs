namespace LlmMemProfiler.Device.LibTorch.Elf;

/// <summary>Entries of a dynamic section (elf.h, DT_…).</summary>
internal enum ElfTag : ulong
{
    Needed = 1,
    JumpRelocationsSize = 2,
    Strings = 5,
    Symbols = 6,
    Relocations = 7,
    RelocationsSize = 8,
    StringsSize = 10,
    RPath = 15,
    JumpRelocations = 23,
    RunPath = 29,
    GnuHash = 0x6FFF_FEF5,
    Versions = 0x6FFF_FFF0,
    VersionNeeds = 0x6FFF_FFFE,
}
