package io.lighter.overlay;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.lighter.linux.Errno;
import io.lighter.linux.Fd;
import io.lighter.linux.Files;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.Mounts;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** A context of fsopen in which an overlay is put together. One thread at a time. */
final class OverlayContext implements OptionTarget, AutoCloseable {
  /** The kernel drops what is longer than a page: {@code logfc} of fs/fs_context.c. */
  private static final int MAX_MESSAGE = 4096;

  private final Mounts mounts;
  private final Files files;
  private final Fd context;

  OverlayContext(Linux linux) {
    this.mounts = linux.mounts();
    this.files = linux.files();
    this.context = mounts.fsopen("overlay");
  }

  @Override
  public void set(String key, String value) {
    mounts.setString(context, key, value);
  }

  @Override
  public void set(String key) {
    mounts.setFlag(context, key);
  }

  @Override
  public void setLabel(String label) {
    mounts.setString(context, "context", label);
  }

  void set(String key, Fd value) {
    mounts.setFd(context, key, value);
  }

  /** Makes the superblock and returns its mount, which hangs nowhere yet. */
  Fd mount(long attributes) {
    mounts.create(context);
    return mounts.fsmount(context, attributes);
  }

  /**
   * Takes what the kernel has to say about the failure: lines without their leading severity, empty
   * when it says nothing.
   */
  String takeMessages() {
    StringBuilder messages = new StringBuilder();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(MAX_MESSAGE);
      byte[] bytes = new byte[MAX_MESSAGE];
      // One read returns one message, "e overlay: ..."; ENODATA ends them.
      while (true) {
        int length = (int) files.read(context, buffer);
        MemorySegment.copy(buffer, JAVA_BYTE, 0, bytes, 0, length);
        String line = new String(bytes, 0, length, StandardCharsets.UTF_8).strip();
        messages.append(messages.isEmpty() ? "" : "; ").append(line.replaceFirst("^[ewi] ", ""));
      }
    } catch (LinuxException e) {
      if (e.errno() != Errno.ENODATA) {
        messages.append(messages.isEmpty() ? "" : "; ").append(e.getMessage());
      }
      return messages.toString();
    }
  }

  @Override
  public void close() {
    context.close();
  }
}
