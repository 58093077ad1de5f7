using System.IO.MemoryMappedFiles;

namespace LlmMemProfiler.Device.LibTorch.Elf;

/// <summary>A read-only memory-mapped file: only the touched pages of half a gigabyte are read.</summary>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedFile map;
    private readonly MemoryMappedViewAccessor view;
    private readonly byte* start;

    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is empty.</exception>
    public MappedFile(string path)
    {
        var handle = File.OpenHandle(path);
        Length = RandomAccess.GetLength(handle);
        if (Length == 0)
        {
            handle.Dispose();
            throw new InvalidDataException("the file is empty");
        }
        map = MemoryMappedFile.CreateFromFile(
            handle, mapName: null, capacity: 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        view = map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
    }

    public long Length { get; }

    /// <summary>A range of the file, clipped to its end and to 2 GiB.</summary>
    /// <exception cref="InvalidDataException">It begins outside the file.</exception>
    public ReadOnlySpan<byte> From(ulong offset, ulong length) =>
        offset < (ulong)Length
            ? new(start + offset, (int)Math.Min(length, Math.Min((ulong)Length - offset, int.MaxValue)))
            : throw new InvalidDataException("an ELF table points outside the file");

    public void Dispose()
    {
        view.SafeMemoryMappedViewHandle.ReleasePointer();
        view.Dispose();
        map.Dispose();
    }
}
