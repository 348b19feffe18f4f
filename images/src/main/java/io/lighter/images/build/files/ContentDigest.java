package io.lighter.images.build.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lighter.images.Digest;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FileStatus;
import io.lighter.linux.Files;
import io.lighter.linux.Linux;
import io.lighter.linux.Name;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.List;

/**
 * What files are, as far as a build's result depends on it: path, type, permissions, owner,
 * extended attributes, content, target of a link; not times. Not thread-safe.
 */
public final class ContentDigest implements AutoCloseable {
  private static final int BUFFER = 256 * 1024;

  private final Arena arena = Arena.ofConfined();
  private final Files files;
  private final FileAttributes attributes;
  private final FileStatus status;
  private final MemorySegment buffer;
  private final MessageDigest digest = Digest.newSha256();

  /** Makes one with buffers of its own. */
  public ContentDigest(Linux linux) {
    this.files = linux.files();
    this.attributes = new FileAttributes(linux, arena);
    this.status = new FileStatus(arena);
    this.buffer = arena.allocate(BUFFER);
  }

  /** Returns the digest of some selections, in their order. */
  public Digest of(List<Selection> selections) {
    digest.reset();
    for (Selection selection : selections) {
      text("source");
      digest.update((byte) (selection.isFolder() ? 1 : 0));
      text(selection.base().toString());
      text(selection.parents());
      if (selection.isFolder()) {
        add(selection, NamePath.ROOT);
      }
      for (Name entry : selection.entries()) {
        add(selection, entry);
      }
    }
    return Digest.ofSha256(digest.digest());
  }

  private void add(Selection selection, Name entry) {
    Name path = selection.source(entry);
    try (Fd file = OpenFile.pinned(files, selection.tree().root(), path)) {
      files.statx(file, status);
      bytes(entry.toBytes());
      number(status.mode());
      number(selection.tree().ofRoot() ? 0 : status.uid());
      number(selection.tree().ofRoot() ? 0 : status.gid());
      number(status.isDevice() ? status.rdev() : 0);
      attributes
          .read(file)
          .forEach(
              (name, value) -> {
                bytes(name.toBytes());
                bytes(value);
              });
      text("content");
      if (status.isSymbolicLink()) {
        int length = files.readlinkat(file, NamePath.ROOT, buffer);
        data(length);
      } else if (status.isRegularFile()) {
        content(file);
      }
    }
  }

  private void content(Fd pinned) {
    long size = 0;
    try (Fd file = OpenFile.reopen(files, pinned, Fcntl.O_RDONLY)) {
      for (long length = files.read(file, buffer); length > 0; length = files.read(file, buffer)) {
        digest.update(buffer.asSlice(0, length).asByteBuffer());
        size += length;
      }
    }
    // Behind the content: a file that grows meanwhile is what was read of it.
    number(size);
  }

  private void data(int length) {
    number(length);
    digest.update(buffer.asSlice(0, length).asByteBuffer());
  }

  private void bytes(byte[] bytes) {
    number(bytes.length);
    digest.update(bytes);
  }

  private void text(String text) {
    bytes(text.getBytes(UTF_8));
  }

  private void number(long number) {
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(number).flip());
  }

  @Override
  public void close() {
    arena.close();
  }
}
