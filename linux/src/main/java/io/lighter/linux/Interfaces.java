package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/**
 * Network interfaces of the namespace that a socket was opened in.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/netdevice.7.html">netdevice(7)</a>
 */
public final class Interfaces extends CallGroup {
  /** Bytes of struct ifreq, of the name in it with its NUL, and where the flags are. */
  private static final int IFREQ_SIZE = 40;

  private static final int IFNAMSIZ = 16;
  private static final int IFR_FLAGS = 16;

  Interfaces(SystemCalls calls) {
    super(calls);
  }

  /**
   * Returns IFF_ bits of {@link SocketFlags}.
   *
   * @param socket any socket, such as one of AF_INET and SOCK_DGRAM
   * @throws LinuxException ENODEV when there is no such interface
   */
  public int flags(Fd socket, String name) {
    CallMemory memory = CallMemory.get();
    MemorySegment request = request(memory, name);
    check(SystemCall.IOCTL, socket.number(), Ioctl.SIOCGIFFLAGS, memory.structAddress(), 0);
    return Short.toUnsignedInt(request.get(JAVA_SHORT, IFR_FLAGS));
  }

  /** Sets IFF_ bits: IFF_UP brings an interface up. */
  public void setFlags(Fd socket, String name, int flags) {
    CallMemory memory = CallMemory.get();
    request(memory, name).set(JAVA_SHORT, IFR_FLAGS, (short) flags);
    check(SystemCall.IOCTL, socket.number(), Ioctl.SIOCSIFFLAGS, memory.structAddress(), 0);
  }

  /** Brings an interface up, {@code lo} of a new namespace for one. */
  public void up(Fd socket, String name) {
    setFlags(socket, name, flags(socket, name) | SocketFlags.IFF_UP);
  }

  private static MemorySegment request(CallMemory memory, String name) {
    Name bytes = name(name);
    MemorySegment request = memory.zeroed(IFREQ_SIZE);
    bytes.copyTo(request, 0);
    request.set(JAVA_BYTE, bytes.length(), (byte) 0);
    return request;
  }

  /** Returns the bytes of a name that an interface can have as to its length. */
  static Name name(String name) {
    Name bytes = Name.of(name);
    if (bytes.length() == 0 || bytes.length() >= IFNAMSIZ) {
      throw new IllegalArgumentException(
          "the name of an interface has 1 to 15 bytes: \"" + name + "\"");
    }
    return bytes;
  }
}
