package io.lighter.runtime.logs.store;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.util.Native;
import io.lighter.linux.Errno;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Files;
import io.lighter.linux.LinuxException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.BooleanSupplier;

/**
 * Compresses segments that are full, in frames of 1 MiB of content, so that a reader decompresses
 * no more than that to get to a line. Not thread-safe.
 *
 * <p>The compressed file is on the disk, complete, before it gets its name and before the other one
 * is removed: whenever it is killed, one of the two is there.
 */
final class Compressor {
  private static final int FRAME_BYTES = 1 << 20;

  /** Lines of a log are much alike: a higher level costs three times the time for a tenth less. */
  private static final int LEVEL = 1;

  private final SegmentFolder folder;
  private final Files files;

  Compressor(SegmentFolder folder) {
    this.folder = folder;
    this.files = folder.linux().files();
  }

  /**
   * Loads the library; early, so that who opens a log is told and not somebody in the background.
   *
   * @throws IllegalStateException when it cannot be loaded
   */
  static void requireLibrary() {
    try {
      Native.load();
    } catch (LinkageError e) {
      throw new IllegalStateException(
          "logs cannot be compressed, as the library of zstd-jni cannot be loaded: have"
              + " -DZstdTempFolder name a folder that programs may be loaded from, or keep logs"
              + " uncompressed (StoreConfig.withCompression(false)): "
              + e.getMessage(),
          e);
    }
  }

  /**
   * Compresses what is not yet, of the segments before one; a full disk ends it until next time.
   */
  void compressBefore(long current, BooleanSupplier stopped) {
    for (SegmentFiles segment : folder.list()) {
      boolean due = segment.number() < current && segment.isRaw() && segment.hasIndex();
      if (due && !compress(segment.number(), stopped)) {
        return;
      }
    }
  }

  private boolean compress(long segment, BooleanSupplier stopped) {
    boolean done = false;
    try (Fd raw = folder.open(segment, SegmentFolder.RAW);
        Fd packed = folder.create(segment, SegmentFolder.UNFINISHED, Fcntl.O_TRUNC)) {
      done = raw != null && copy(raw, packed, stopped);
      if (done) {
        files.fsync(packed);
        folder.rename(segment, SegmentFolder.UNFINISHED, SegmentFolder.COMPRESSED);
        folder.sync();
        folder.remove(segment, SegmentFolder.RAW);
      }
      return done;
    } catch (LinuxException e) {
      if (e.errno() == Errno.ENOSPC || e.errno() == Errno.EDQUOT) {
        return false;
      }
      throw e;
    } finally {
      if (!done) {
        folder.remove(segment, SegmentFolder.UNFINISHED);
      }
    }
  }

  /** Returns whether all has been copied. */
  private boolean copy(Fd raw, Fd packed, BooleanSupplier stopped) {
    int bound = (int) Zstd.compressBound(FRAME_BYTES);
    long size = new RawContent(files, raw).size();
    int most = (int) (size / FRAME_BYTES + 1);
    var packedSizes = new int[most];
    var sizes = new int[most];
    int frames = 0;
    long packedAt = 0;
    try (Arena arena = Arena.ofConfined();
        var zstd = new ZstdCompressCtx().setLevel(LEVEL).setChecksum(true).setContentSize(true)) {
      MemorySegment from = arena.allocate(FRAME_BYTES);
      MemorySegment to = arena.allocate(bound);
      for (long at = 0; at < size; at += FRAME_BYTES) {
        if (stopped.getAsBoolean()) {
          return false;
        }
        int length = (int) Math.min(FRAME_BYTES, size - at);
        readFully(raw, from.asSlice(0, length), at);
        int packedLength =
            zstd.compressDirectByteBuffer(
                to.asByteBuffer(), 0, bound, from.asByteBuffer(), 0, length);
        writeFully(packed, to.asSlice(0, packedLength), packedAt);
        packedAt += packedLength;
        packedSizes[frames] = packedLength;
        sizes[frames++] = length;
      }
      writeFully(packed, SeekTable.of(packedSizes, sizes, frames).toFrame(arena), packedAt);
    }
    return true;
  }

  private void readFully(Fd file, MemorySegment to, long offset) {
    long read = 0;
    while (read < to.byteSize()) {
      long more = files.pread(file, to.asSlice(read), offset + read);
      if (more == 0) {
        throw new IllegalStateException("a segment of a log has become shorter");
      }
      read += more;
    }
  }

  private void writeFully(Fd file, MemorySegment from, long offset) {
    long written = 0;
    while (written < from.byteSize()) {
      written += files.pwrite(file, from.asSlice(written), offset + written);
    }
  }
}
