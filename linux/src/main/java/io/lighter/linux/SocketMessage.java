package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Bytes and descriptors that go over a Unix socket together, in memory that is used again.
 *
 * <p>To send: fill {@link #data}, {@link #setLength}, {@link #add} descriptors. On a stream there
 * must be at least one byte to carry them. To receive: {@link #length} bytes of {@link #data} came,
 * and each descriptor that is wanted is taken; closing, or the next receive, closes the others, so
 * that no peer can fill this process with descriptors. Not thread-safe.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/cmsg.3.html">cmsg(3)</a>
 * @see <a href="https://man7.org/linux/man-pages/man7/unix.7.html">unix(7)</a>, SCM_RIGHTS
 */
public final class SocketMessage implements AutoCloseable {
  /** The most descriptors that Linux passes in one message. */
  public static final int SCM_MAX_FD = 253;

  /** Bytes of struct msghdr and iovec, and offsets in them, on 64-bit architectures. */
  private static final int HEADER_SIZE = 56;

  private static final int MSG_IOV = 16;
  private static final int MSG_IOVLEN = 24;
  private static final int MSG_CONTROL = 32;
  private static final int MSG_CONTROLLEN = 40;
  private static final int MSG_FLAGS = 48;
  private static final int IOV = HEADER_SIZE;
  private static final int IOV_LEN = IOV + 8;
  private static final int CONTROL = IOV + 16;

  /** Offsets in struct cmsghdr; each begins at a multiple of eight. */
  private static final int CMSG_LEN = 0;

  private static final int CMSG_LEVEL = 8;
  private static final int CMSG_TYPE = 12;
  private static final int CMSG_DATA = 16;

  private final MemorySegment memory;
  private final MemorySegment data;
  private final @Nullable Fd[] received;
  private int length;
  private int descriptors;
  private boolean truncated;

  /**
   * Makes room in the arena.
   *
   * @param dataCapacity the most bytes
   * @param maxDescriptors the most descriptors, 0 to {@link #SCM_MAX_FD}
   */
  public SocketMessage(Arena arena, int dataCapacity, int maxDescriptors) {
    if (maxDescriptors < 0 || maxDescriptors > SCM_MAX_FD) {
      throw new IllegalArgumentException(
          "a message carries 0 to 253 descriptors, not " + maxDescriptors);
    }
    memory = arena.allocate(CONTROL + controlSize(maxDescriptors), Long.BYTES);
    data = arena.allocate(dataCapacity);
    received = new @Nullable Fd[maxDescriptors];
    memory.set(JAVA_LONG, MSG_IOV, memory.address() + IOV);
    memory.set(JAVA_LONG, MSG_IOVLEN, 1);
    memory.set(JAVA_LONG, IOV, data.address());
  }

  /** Returns the bytes of a control message with its padding; none at all without descriptors. */
  private static long controlSize(int descriptors) {
    return descriptors == 0 ? 0 : (CMSG_DATA + 4L * descriptors + 7) & -8L;
  }

  /** Returns the place of the bytes, as long as they may be. */
  public MemorySegment data() {
    return data;
  }

  /** Returns how many bytes came, or will be sent. */
  public int length() {
    return length;
  }

  /** Sets how many bytes will be sent. */
  public void setLength(int bytes) {
    if (bytes < 0 || bytes > data.byteSize()) {
      throw new IllegalArgumentException(
          "the message has room for " + data.byteSize() + " bytes, not " + bytes);
    }
    length = bytes;
  }

  /** Adds a descriptor, which stays the caller's and must be open until the message is sent. */
  public void add(Fd fd) {
    if (descriptors == received.length) {
      throw new IllegalArgumentException(
          "the message has room for " + received.length + " descriptors");
    }
    memory.set(JAVA_INT, CONTROL + CMSG_DATA + 4L * descriptors, fd.number());
    descriptors++;
  }

  /** Returns how many descriptors came, or will be sent. */
  public int descriptors() {
    return descriptors;
  }

  /** Returns whether a datagram was longer than the room for it, and cut. */
  public boolean isTruncated() {
    return truncated;
  }

  /** Hands over a descriptor that came, from 0; once. */
  public Fd take(int index) {
    Fd fd = received[index];
    if (fd == null) {
      throw new IllegalStateException("no descriptor " + index + " came, or it has been taken");
    }
    received[index] = null;
    return fd;
  }

  /** Forgets all bytes and descriptors, and closes the descriptors that came and nobody took. */
  public void clear() {
    length = 0;
    truncated = false;
    clearDescriptors();
  }

  void clearDescriptors() {
    descriptors = 0;
    for (int i = 0; i < received.length; i++) {
      Fd fd = received[i];
      if (fd != null) {
        fd.close();
        received[i] = null;
      }
    }
  }

  @Override
  public void close() {
    clear();
  }

  long prepareSend() {
    if (descriptors > 0) {
      memory.set(JAVA_LONG, CONTROL + CMSG_LEN, CMSG_DATA + 4L * descriptors);
      memory.set(JAVA_INT, CONTROL + CMSG_LEVEL, SocketFlags.SOL_SOCKET);
      memory.set(JAVA_INT, CONTROL + CMSG_TYPE, SocketFlags.SCM_RIGHTS);
    }
    return prepare(length, controlSize(descriptors));
  }

  long prepareReceive() {
    clear();
    return prepare(data.byteSize(), controlSize(received.length));
  }

  private long prepare(long bytes, long control) {
    memory.set(JAVA_LONG, IOV_LEN, bytes);
    memory.set(JAVA_LONG, MSG_CONTROL, control == 0 ? 0 : memory.address() + CONTROL);
    memory.set(JAVA_LONG, MSG_CONTROLLEN, control);
    memory.set(JAVA_INT, MSG_FLAGS, 0);
    return memory.address();
  }

  /** Takes in what the kernel wrote; returns false when descriptors were lost. */
  boolean accept(SystemCalls calls, int bytes) {
    length = bytes;
    int flags = memory.get(JAVA_INT, MSG_FLAGS);
    truncated = (flags & SocketFlags.MSG_TRUNC) != 0;
    long end = CONTROL + memory.get(JAVA_LONG, MSG_CONTROLLEN);
    long at = CONTROL;
    while (end - at >= CMSG_DATA) {
      long size = memory.get(JAVA_LONG, at + CMSG_LEN);
      if (size < CMSG_DATA || size > end - at) {
        break;
      }
      if (memory.get(JAVA_INT, at + CMSG_LEVEL) == SocketFlags.SOL_SOCKET
          && memory.get(JAVA_INT, at + CMSG_TYPE) == SocketFlags.SCM_RIGHTS) {
        for (long fd = at + CMSG_DATA; fd + 4 <= at + size; fd += 4) {
          received[descriptors++] = new Fd(calls, memory.get(JAVA_INT, fd));
        }
      }
      at += (size + 7) & -8L;
    }
    return (flags & SocketFlags.MSG_CTRUNC) == 0;
  }
}
