package io.lighter.runtime.logs.store;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.lighter.linux.Fd;
import io.lighter.linux.Files;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A segment in frames of zstd, of which one at a time is decompressed. */
final class CompressedContent implements Content {
  private final long segment;
  private final Files files;
  private final Fd file;
  private final SeekTable table;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment packed;
  private final MemorySegment unpacked;
  private final ByteBuffer packedBuffer;
  private final ByteBuffer unpackedBuffer;
  private final ZstdDecompressCtx zstd = new ZstdDecompressCtx();
  private int current = -1;

  private CompressedContent(long segment, Files files, Fd file, SeekTable table) {
    this.segment = segment;
    this.files = files;
    this.file = file;
    this.table = table;
    int largestPacked = 0;
    int largest = 0;
    for (int i = 0; i < table.frames(); i++) {
      largestPacked = Math.max(largestPacked, table.compressedSize(i));
      largest = Math.max(largest, table.contentSize(i));
    }
    this.packed = arena.allocate(Math.max(1, largestPacked));
    this.unpacked = arena.allocate(Math.max(1, largest));
    this.packedBuffer = packed.asByteBuffer();
    this.unpackedBuffer = unpacked.asByteBuffer();
  }

  /**
   * Opens the content of a segment, whichever there is.
   *
   * @return null when there is none any more
   * @throws DamagedSegmentException when its seek table does not hold
   */
  static @Nullable Content openEither(SegmentFolder folder, long segment) {
    Files files = folder.linux().files();
    // In this order: the compressed file appears before the other one goes.
    Fd raw = folder.open(segment, SegmentFolder.RAW);
    if (raw != null) {
      return new RawContent(files, raw);
    }
    Fd file = folder.open(segment, SegmentFolder.COMPRESSED);
    if (file == null) {
      return null;
    }
    SeekTable table = SeekTable.read(files, file);
    if (table == null) {
      file.close();
      throw new DamagedSegmentException(segment, "its seek table does not hold");
    }
    return new CompressedContent(segment, files, file, table);
  }

  @Override
  public long size() {
    return table.contentSize();
  }

  @Override
  public int read(MemorySegment to, long offset) {
    if (offset >= table.contentSize()) {
      return 0;
    }
    int frame = table.frameOf(offset);
    if (frame != current) {
      unpack(frame);
    }
    long within = offset - table.contentOffset(frame);
    int length = (int) Math.min(to.byteSize(), table.contentSize(frame) - within);
    MemorySegment.copy(unpacked, within, to, 0, length);
    return length;
  }

  private void unpack(int frame) {
    current = -1;
    int size = table.compressedSize(frame);
    long at = table.compressedOffset(frame);
    if (files.pread(file, packed.asSlice(0, size), at) < size) {
      throw new DamagedSegmentException(segment, "frame " + frame + " is not complete");
    }
    int contentSize = table.contentSize(frame);
    int unpackedSize;
    try {
      unpackedSize =
          zstd.decompressDirectByteBuffer(unpackedBuffer, 0, contentSize, packedBuffer, 0, size);
    } catch (ZstdException e) {
      throw new DamagedSegmentException(segment, "frame " + frame + ": " + e.getMessage());
    }
    if (unpackedSize != contentSize) {
      throw new DamagedSegmentException(segment, "frame " + frame + " has another size");
    }
    current = frame;
  }

  @Override
  public void close() {
    file.close();
    zstd.close();
    arena.close();
  }
}
