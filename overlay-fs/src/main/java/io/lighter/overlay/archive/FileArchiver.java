package io.lighter.overlay.archive;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FileStatus;
import io.lighter.linux.Files;
import io.lighter.linux.Linux;
import io.lighter.linux.Name;
import io.lighter.overlay.FileIdentity;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes files into an archive, one after the other, each content once. Not thread-safe. */
final class FileArchiver {
  private static final int BUFFER_SIZE = 256 * 1024;

  /** Opening what became a FIFO or device meanwhile must not wait. */
  private static final int CONTENT = Fcntl.O_RDONLY | Fcntl.O_NOFOLLOW | Fcntl.O_NONBLOCK;

  /** A file of which the archive has a name. */
  private static final class Archived {
    final Name name;
    long namesLeft;

    Archived(Name name, long namesLeft) {
      this.name = name;
      this.namesLeft = namesLeft;
    }
  }

  private final Files files;
  private final TarOutput output;
  private final TarHeaders headers;
  private final FileEntries entries;
  private final HoleFinder holes;
  private final FileStatus status;
  private final MemorySegment buffer;
  private final Map<FileIdentity, Archived> linked = new HashMap<>();
  private long count;
  private long sockets;

  FileArchiver(Linux linux, OwnerMapping owners, OutputStream out, Arena arena) {
    this.files = linux.files();
    this.output = new TarOutput(out);
    this.headers = new TarHeaders(output);
    this.entries = new FileEntries(linux, owners, arena);
    this.holes = new HoleFinder(files);
    this.status = new FileStatus(arena);
    this.buffer = arena.allocate(BUFFER_SIZE);
  }

  /** Adds a file of an open folder; returns false when it is not there. */
  boolean add(Fd folder, Name name, Name as) throws IOException {
    if (as.length() > EntryPath.MAX_PATH) {
      throw new ArchiveException(
          "its name has %d bytes; no Linux could extract more than %d"
              .formatted(as.length(), EntryPath.MAX_PATH));
    }
    if (!files.statx(folder, name, Fcntl.AT_SYMLINK_NOFOLLOW, status)) {
      return false;
    }
    if (status.type() == Fcntl.S_IFSOCK) {
      sockets++;
      return true;
    }
    Name first = firstName(as);
    if (first != null) {
      count++;
      headers.write(entries.hardLink(as, first, status), null);
    } else if (status.isRegularFile()) {
      addFile(folder, name, as);
    } else {
      count++;
      headers.write(entries.of(folder, name, as, status, null), null);
    }
    return true;
  }

  /** Adds an empty file whose name says it all. */
  void addMark(Name as) throws IOException {
    count++;
    headers.write(FileEntries.mark(as), null);
  }

  /** Returns the name by which the archive has the file already. */
  private @Nullable Name firstName(Name as) {
    if (status.isFolder() || status.nlink() < 2) {
      return null;
    }
    FileIdentity identity = FileIdentity.of(status);
    Archived archived = linked.get(identity);
    if (archived == null) {
      linked.put(identity, new Archived(as, status.nlink() - 1));
      return null;
    }
    archived.namesLeft--;
    if (archived.namesLeft == 0) {
      linked.remove(identity);
    }
    return archived.name;
  }

  private void addFile(Fd folder, Name name, Name as) throws IOException {
    try (Fd file = files.openat(folder, name, CONTENT, 0)) {
      files.statx(file, status);
      if (!status.isRegularFile()) {
        throw new ArchiveException("it became another type of file while it was opened");
      }
      SparseMap sparse = holes.find(file, status.size(), status.blocks());
      TarEntry entry = entries.of(folder, name, as, status, sparse);
      count++;
      if (sparse == null) {
        headers.write(entry, null);
        copy(file, 0, entry.size());
      } else {
        byte[] map = mapOf(sparse, entry.size());
        headers.write(entry, map);
        output.write(map);
        for (int i = 0; i < sparse.count(); i++) {
          copy(file, sparse.offset(i), sparse.length(i));
        }
      }
      output.pad();
    }
  }

  /** Returns a map of holes in GNU's format 1.0, in whole blocks. */
  private static byte[] mapOf(SparseMap sparse, long size) {
    int count = sparse.count();
    boolean endsWithHole = count == 0 || sparse.offset(count - 1) + sparse.length(count - 1) < size;
    StringBuilder text = new StringBuilder();
    text.append(count + (endsWithHole ? 1 : 0)).append('\n');
    for (int i = 0; i < count; i++) {
      text.append(sparse.offset(i)).append('\n').append(sparse.length(i)).append('\n');
    }
    if (endsWithHole) {
      text.append(size).append('\n').append(0).append('\n');
    }
    byte[] digits = text.toString().getBytes(StandardCharsets.US_ASCII);
    return Arrays.copyOf(digits, (digits.length + HeaderBlock.SIZE - 1) & -HeaderBlock.SIZE);
  }

  private void copy(Fd file, long start, long length) throws IOException {
    for (long done = 0; done < length; ) {
      MemorySegment part = buffer.asSlice(0, Math.min(BUFFER_SIZE, length - done));
      long bytes = files.pread(file, part, start + done);
      if (bytes == 0) {
        throw new ArchiveException(
            "it became shorter while it was read: %d bytes of %d"
                .formatted(start + done, start + length));
      }
      output.write(part, bytes);
      done += bytes;
    }
  }

  WrittenArchive finish() throws IOException {
    byte[] sha256 = output.finish();
    return WrittenArchive.of(sha256, output.position(), count, sockets);
  }
}
