package io.lighter.proxy.handover;

import io.lighter.linux.EventFds;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.Polling;
import io.lighter.linux.SocketMessage;
import io.lighter.proxy.relay.OfferedSocket;
import io.lighter.proxy.thread.ThreadEnd;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Waits, as long as a process runs, for the one that takes its place, and hands over to it.
 *
 * <p>The old process offers copies of its sockets and goes on accepting. It pauses when the new one
 * has all that it needs, and leaves when the new one accepts: whichever is killed, and whenever,
 * the other has the sockets with all who wait in their queues.
 */
public final class Succession implements AutoCloseable {
  private static final Duration SPEAK = Duration.ofSeconds(5);

  /** For a start with many services on a slow machine. */
  private static final Duration START = Duration.ofSeconds(60);

  /** Between two calls of the new process, which has been given all. */
  private static final Duration UNBOUNDED = Duration.ofDays(365);

  private final Linux linux;
  private final ControlSocket control;
  private final Estate estate;
  private final Consumer<String> says;
  private final Fd end;
  private final Thread thread;
  private volatile boolean closed;

  private Succession(Linux linux, ControlSocket control, Estate estate, Consumer<String> says) {
    this.linux = linux;
    this.control = control;
    this.estate = estate;
    this.says = says;
    this.end = linux.eventFds().create(0, EventFds.EFD_NONBLOCK);
    this.thread = Thread.ofPlatform().daemon().name("succession").unstarted(this::run);
  }

  /**
   * Begins to wait.
   *
   * @param predecessor whose control socket this takes over, if it has given it
   * @throws IOException when there can be no socket at the path
   */
  public static Succession await(
      Linux linux,
      Path path,
      @Nullable Predecessor predecessor,
      Estate estate,
      Consumer<String> says)
      throws IOException {
    Fd inherited = predecessor == null ? null : predecessor.takeControl();
    ControlSocket control =
        inherited == null
            ? ControlSocket.listen(linux, path)
            : ControlSocket.inherit(inherited, path);
    Succession succession;
    try {
      succession = new Succession(linux, control, estate, says);
    } catch (RuntimeException e) {
      control.leave();
      throw e;
    }
    succession.thread.start();
    return succession;
  }

  private void run() {
    Polling polling = new Polling(linux);
    boolean left = false;
    while (!left && !closed) {
      int ready = polling.either(control.socket(), end);
      if ((ready & Polling.FIRST) != 0 && !closed) {
        try {
          left = accept();
        } catch (IOException | RuntimeException e) {
          says.accept("not handed over, all goes on as before: " + e.getMessage());
        }
      }
    }
    if (left) {
      control.leave();
      estate.leave();
    } else {
      control.close();
    }
  }

  private boolean accept() throws IOException {
    Fd connection = linux.sockets().accept4(control.socket(), 0);
    if (connection == null) {
      return false;
    }
    try (Channel channel = new Channel(linux, connection, () -> closed)) {
      long peer = linux.sockets().peerCredentials(connection).uid();
      if (peer != ControlSocket.ownUser(linux)) {
        throw new IOException("a process of user " + peer + " asked for the sockets");
      }
      Message hello = channel.receive(SPEAK);
      if (hello == null) {
        return false;
      }
      if (hello.version() != Message.VERSION || hello.kind() != Message.Kind.HELLO) {
        String why =
            "it speaks version %d of the protocol, and the other process version %d"
                .formatted(Message.VERSION, hello.version());
        channel.send(Message.refused(why), SPEAK);
        throw new IOException(why);
      }
      return handOver(channel);
    }
  }

  private boolean handOver(Channel channel) throws IOException {
    List<OfferedSocket> offered = new ArrayList<>();
    BitSet taken = new BitSet();
    boolean left = false;
    try {
      offered.addAll(estate.offer());
      left = offer(channel, offered) && give(channel, offered, taken);
    } catch (IOException | RuntimeException e) {
      if (!closed) {
        // One that ends need not refuse: then what is here already can be taken.
        channel.send(Message.refused(String.valueOf(e.getMessage())), SPEAK);
      }
      throw new IOException(e.getMessage(), e);
    } finally {
      boolean leaves = left;
      taken.stream()
          .mapToObj(offered::get)
          .forEach(leaves ? OfferedSocket::release : OfferedSocket::resume);
      estate.settle();
      offered.forEach(OfferedSocket::close);
      if (!left) {
        estate.keep();
      }
    }
    if (!left) {
      says.accept("the process that was to take over has ended: all goes on as before");
    }
    return left;
  }

  /** Sends all sockets; returns false when the peer has ended. */
  private boolean offer(Channel channel, List<OfferedSocket> offered) throws IOException {
    List<Fd> all = new ArrayList<>(List.of(control.socket()));
    offered.forEach(socket -> all.add(socket.copy()));
    boolean there = true;
    for (int from = 0; there && from < all.size(); from += SocketMessage.SCM_MAX_FD) {
      int to = Math.min(all.size(), from + SocketMessage.SCM_MAX_FD);
      there = channel.send(Message.sockets(all.subList(from, to), all.size() - to), START);
    }
    return there;
  }

  /** Gives what the peer takes; returns whether it serves now. */
  private boolean give(Channel channel, List<OfferedSocket> offered, BitSet taken)
      throws IOException {
    Message take = channel.receive(START);
    if (take == null) {
      return false;
    }
    if (take.kind() != Message.Kind.TAKE) {
      throw new IOException("the other process does not keep to the protocol");
    }
    taken.or(BitSet.valueOf(take.body()));
    taken.clear(offered.size(), Math.max(offered.size(), taken.length()));
    taken.stream().mapToObj(offered::get).forEach(OfferedSocket::pause);
    estate.settle();
    if (!channel.send(new Message(Message.Kind.GIVEN), SPEAK)) {
      return false;
    }
    Message begun = channel.receive(UNBOUNDED);
    return begun != null && begun.kind() == Message.Kind.BEGUN;
  }

  /** Waits for nobody any more; one that is in the middle of it goes on without this process. */
  @Override
  public void close() {
    closed = true;
    linux.eventFds().add(end, 1);
    if (!thread.equals(Thread.currentThread())) {
      ThreadEnd.await(thread);
    }
    end.close();
  }
}
