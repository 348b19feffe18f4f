package io.lighter.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Questions and orders to the kernel, one after the other, and its answers: a netlink socket with
 * the memory for both.
 *
 * <p>Every request is acknowledged. A refusal is a {@link LinuxException} that names the request
 * and repeats what the kernel says about it (NETLINK_EXT_ACK). An answer to an earlier request, of
 * which the reading was broken off, is passed over. Not thread-safe.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/netlink.7.html">netlink(7)</a>
 */
public final class NetlinkSocket extends CallGroup implements AutoCloseable {
  private static final int REQUEST_SIZE = 16 * 1024;

  /** What the kernel puts into one answer at most, when it lists: {@code netlink_dump()}. */
  private static final int ANSWER_SIZE = 32 * 1024;

  /** How often a list is asked for that changes while it is read. */
  private static final int LISTINGS = 16;

  private final Fd fd;
  private final NetlinkRequest request;
  private final MemorySegment answer;
  private final NetlinkMessage message;
  private int sequence;
  private boolean interrupted;
  private @Nullable String explanation;

  NetlinkSocket(SystemCalls calls, Fd fd, Arena arena) {
    super(calls);
    this.fd = fd;
    this.request = new NetlinkRequest(arena.allocate(REQUEST_SIZE, Long.BYTES));
    this.answer = arena.allocate(ANSWER_SIZE, Long.BYTES);
    this.message = new NetlinkMessage(answer);
  }

  /**
   * Begins a request; the one before is over.
   *
   * @param type such as RTM_NEWLINK
   * @param flags NLM_F_ bits of {@link NetlinkFlags}; NLM_F_REQUEST and NLM_F_ACK are added
   * @param shown what an error calls it, such as {@code RTM_NEWLINK(eth1)}
   */
  public NetlinkRequest request(int type, int flags, String shown) {
    return request.begin(type, flags, shown);
  }

  /**
   * Has the request carried out.
   *
   * @throws LinuxException as the kernel refuses it
   */
  public void perform(NetlinkRequest request) {
    int errno = exchange(request, ignored -> {});
    if (errno != 0) {
      throw refusal(errno);
    }
  }

  /**
   * Asks for one thing.
   *
   * @param absent the errno that says that there is none
   * @param reader makes something of an answer, or null of one that is not meant
   * @return null when there is none
   */
  public <T> @Nullable T get(
      NetlinkRequest request, int absent, Function<NetlinkMessage, @Nullable T> reader) {
    List<T> found = new ArrayList<>(1);
    int errno = exchange(request, collector(reader, found));
    if (errno == absent) {
      return null;
    }
    if (errno != 0) {
      throw refusal(errno);
    }
    if (found.isEmpty()) {
      throw message.malformed("nothing was found, and no error either");
    }
    return found.getFirst();
  }

  /**
   * Asks for a list: a request with NLM_F_DUMP. A list that changes while it is read is asked for
   * again.
   *
   * @param reader makes something of an answer, or null of one that is not meant
   * @throws LinuxException EINTR when the list never stood still
   */
  public <T> List<T> dump(NetlinkRequest request, Function<NetlinkMessage, @Nullable T> reader) {
    for (int i = 0; i < LISTINGS; i++) {
      List<T> found = new ArrayList<>();
      int errno = exchange(request, collector(reader, found));
      if (errno != 0) {
        throw refusal(errno);
      }
      if (!interrupted) {
        return found;
      }
    }
    explanation = "the list changed while it was read, " + LISTINGS + " times";
    throw refusal(Errno.EINTR);
  }

  private static <T> Consumer<NetlinkMessage> collector(
      Function<NetlinkMessage, @Nullable T> reader, List<T> found) {
    return message -> {
      T read = reader.apply(message);
      if (read != null) {
        found.add(read);
      }
    };
  }

  private LinuxException refusal(int errno) {
    return LinuxException.ofAnswer(SystemCall.SENDTO, errno, request.toString(), explanation);
  }

  /** Sends the request and reads to the end of the answer; returns an errno, or 0. */
  private int exchange(NetlinkRequest request, Consumer<NetlinkMessage> each) {
    interrupted = false;
    explanation = null;
    send(request, ++sequence);
    while (true) {
      int received = receive();
      for (int at = 0; at < received; ) {
        at = message.read(at, received, request.toString());
        if (message.sequence() != sequence) {
          continue;
        }
        interrupted |= (message.flags() & NetlinkFlags.NLM_F_DUMP_INTR) != 0;
        switch (message.type()) {
          case NetlinkFlags.NLMSG_NOOP -> {}
          case NetlinkFlags.NLMSG_ERROR, NetlinkFlags.NLMSG_DONE -> {
            return outcome();
          }
          case NetlinkFlags.NLMSG_OVERRUN -> throw refusal(Errno.ENOBUFS);
          default -> each.accept(message);
        }
      }
    }
  }

  private void send(NetlinkRequest request, int number) {
    int length = request.finish(number);
    MemorySegment memory = request.memory();
    long sent =
        restartingOn(memory, SystemCall.SENDTO, fd.number(), memory.address(), length, 0, 0, 0);
    if (Errno.isError(sent)) {
      throw LinuxException.of(SystemCall.SENDTO, (int) -sent, "sending " + request);
    }
  }

  private int receive() {
    long received =
        restartingOn(
            answer,
            SystemCall.RECVFROM,
            fd.number(),
            answer.address(),
            answer.byteSize(),
            SocketFlags.MSG_TRUNC,
            0,
            0);
    if (Errno.isError(received)) {
      throw LinuxException.of(
          SystemCall.RECVFROM, (int) -received, "receiving the answer to " + request);
    }
    if (received > answer.byteSize()) {
      String shown = "the answer to " + request + ", of " + received + " bytes";
      throw LinuxException.of(SystemCall.RECVFROM, Errno.EMSGSIZE, shown);
    }
    if (received == 0) {
      String shown = "the answer to " + request + " does not come, the socket is closed";
      throw LinuxException.of(SystemCall.RECVFROM, Errno.EBADMSG, shown);
    }
    return (int) received;
  }

  /** Reads struct nlmsgerr, or the number that ends a list, and the attributes behind either. */
  private int outcome() {
    int result = message.intAt(0);
    if (result != 0 && !Errno.isError(result)) {
      throw message.malformed("its result is " + result);
    }
    if ((message.flags() & NetlinkFlags.NLM_F_ACK_TLVS) != 0) {
      NetlinkAttributes attributes = message.attributes(endOfResult());
      while (attributes.next()) {
        if (attributes.type() == NetlinkFlags.NLMSGERR_ATTR_MSG) {
          explanation = attributes.text();
        }
      }
    }
    return -result;
  }

  private int endOfResult() {
    if (message.type() == NetlinkFlags.NLMSG_DONE) {
      return Integer.BYTES;
    }
    if ((message.flags() & NetlinkFlags.NLM_F_CAPPED) != 0) {
      return Integer.BYTES + NetlinkRequest.HEADER;
    }
    int repeated = message.intAt(Integer.BYTES);
    if (repeated < NetlinkRequest.HEADER || repeated > message.length() - Integer.BYTES) {
      throw message.malformed(
          "it repeats " + Integer.toUnsignedString(repeated) + " bytes of the request");
    }
    return Integer.BYTES + repeated;
  }

  @Override
  public void close() {
    fd.close();
  }
}
