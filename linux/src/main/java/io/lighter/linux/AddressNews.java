package io.lighter.linux;

import java.lang.foreign.MemorySegment;

/**
 * Tells that addresses of a network namespace have come or gone. As thread-safe as a descriptor.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/rtnetlink.7.html">rtnetlink(7)</a>
 */
public final class AddressNews extends CallGroup implements AutoCloseable {
  private final Fd fd;

  AddressNews(SystemCalls calls, Fd fd) {
    super(calls);
    this.fd = fd;
  }

  /** Returns what can be read, for a poll, when there is news. */
  public Fd fd() {
    return fd;
  }

  /**
   * Takes all news that there is. What it was is not told: who wants to know looks.
   *
   * @return whether there was any
   */
  public boolean take() {
    MemorySegment memory = CallMemory.get().struct();
    boolean any = false;
    while (true) {
      long received =
          calls.call(
              SystemCall.RECVFROM,
              fd.number(),
              memory.address(),
              memory.byteSize(),
              SocketFlags.MSG_DONTWAIT,
              0,
              0);
      if (received == -Errno.EAGAIN) {
        return any;
      }
      // More news than the socket has room for is news too.
      if (Errno.isError(received) && received != -Errno.ENOBUFS && received != -Errno.EINTR) {
        throw LinuxException.of(SystemCall.RECVFROM, (int) -received, "news of addresses");
      }
      any |= received != -Errno.EINTR;
    }
  }

  @Override
  public void close() {
    fd.close();
  }
}
