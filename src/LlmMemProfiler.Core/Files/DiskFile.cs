using Microsoft.Win32.SafeHandles;

namespace LlmMemProfiler.Core.Files;

/// <summary>
/// A file without a buffer, so that a failed write is not tried again on close. Beyond a limit on the size of files (EFBIG) .NET finds an
/// argument out of range; here that is an <see cref="IOException"/>, as a full disk is.
/// </summary>
public sealed class DiskFile : FileStream
{
    public DiskFile(string path, FileMode mode, FileAccess access, FileShare share)
        : base(path, mode, access, share, bufferSize: 0) { }

    /// <param name="handle">A file that can be read and written.</param>
    public DiskFile(SafeFileHandle handle)
        : base(handle, FileAccess.ReadWrite, bufferSize: 0) { }

    /// <summary>
    /// Writes to a stream of .NET's own under the same rule. A derived one, as this is, has all that is not an array copied to one first,
    /// which would be seen where memory is measured.
    /// </summary>
    public static void Write(Stream file, ReadOnlySpan<byte> bytes)
    {
        try
        {
            file.Write(bytes);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw TooLarge(e);
        }
    }

    /// <remarks>All other ways to write end here, or in <see cref="WriteByte"/>.</remarks>
    public override void Write(byte[] buffer, int offset, int count)
    {
        try
        {
            base.Write(buffer, offset, count);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw TooLarge(e);
        }
    }

    public override void WriteByte(byte value) => Write([value], 0, 1);

    private static IOException TooLarge(ArgumentOutOfRangeException e) => new("File too large", e);
}
