package io.lighter.proxy.handover;

import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.proxy.relay.InheritedSockets;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The process whose place this one takes.
 *
 * <pre>{@code
 * Predecessor old = Predecessor.find(linux, path);
 * if (old != null) {
 *   // get ready to serve, with old.sockets(), and accept nobody
 *   old.take();
 *   // accept
 *   old.letGo();
 * }
 * }</pre>
 *
 * <p>Closed before {@link #letGo} it leaves the other process as it was. When that ends by itself,
 * at whatever moment, its sockets are here. For one thread.
 */
public final class Predecessor implements AutoCloseable {
  private static final Duration ANSWER = Duration.ofSeconds(90);
  private static final Duration SPEAK = Duration.ofSeconds(5);

  /** How often a process is asked that ends at the moment, and the pause between. */
  private static final int TRIES = 500;

  private static final Duration PAUSE = Duration.ofMillis(10);

  private final Channel channel;
  private final InheritedSockets sockets;
  private @Nullable Fd control;

  private Predecessor(Channel channel, @Nullable Fd control, InheritedSockets sockets) {
    this.channel = channel;
    this.control = control;
    this.sockets = sockets;
  }

  /**
   * Asks who serves the control socket for all its sockets.
   *
   * @return null when nobody serves it
   * @throws IOException when it is served by something that does not hand over to this process
   */
  public static @Nullable Predecessor find(Linux linux, Path path) throws IOException {
    for (int i = 0; i < TRIES; i++) {
      Fd connection = ControlSocket.connect(linux, path);
      if (connection == null) {
        return null;
      }
      Predecessor found = ask(linux, path, connection);
      if (found != null) {
        return found;
      }
      pause();
    }
    throw new IOException("control: " + path + " closes every connection");
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns null when the process has ended before it gave anything. */
  private static @Nullable Predecessor ask(Linux linux, Path path, Fd connection)
      throws IOException {
    Channel channel = new Channel(linux, connection, () -> false);
    List<Fd> came = new ArrayList<>();
    boolean done = false;
    try {
      receive(channel, came);
      if (came.isEmpty()) {
        return null;
      }
      Predecessor found =
          new Predecessor(
              channel, came.getFirst(), new InheritedSockets(linux, came.subList(1, came.size())));
      done = true;
      return found;
    } catch (IOException e) {
      throw ControlSocket.foreign(path, e);
    } finally {
      if (!done) {
        came.forEach(Fd::close);
        channel.close();
      }
    }
  }

  private static void receive(Channel channel, List<Fd> into) throws IOException {
    if (!channel.send(new Message(Message.Kind.HELLO), SPEAK)) {
      return;
    }
    int following = 1;
    while (following > 0) {
      Message message = channel.receive(ANSWER);
      if (message == null) {
        return; // it has been killed: what has come is all that there is of it
      }
      into.addAll(message.sockets());
      check(message, Message.Kind.SOCKETS);
      following = message.following();
    }
  }

  private static void check(Message message, Message.Kind expected) throws IOException {
    if (message.kind() == Message.Kind.REFUSED) {
      throw new IOException(message.text());
    }
    if (message.version() != Message.VERSION || message.kind() != expected) {
      throw new IOException(
          "it speaks version %d of the protocol, and this process version %d"
              .formatted(message.version(), Message.VERSION));
    }
  }

  /** Returns its sockets, which it still has: nobody is to be accepted yet. */
  public InheritedSockets sockets() {
    return sockets;
  }

  /** Returns its control socket, which is the caller's then; null when it has been taken. */
  @Nullable Fd takeControl() {
    Fd taken = control;
    control = null;
    return taken;
  }

  /**
   * Has it accept nobody any more at the sockets that have been taken. Afterwards they are this
   * process'; the others have been closed here.
   *
   * @throws IOException when it does not; then all goes on there
   */
  public void take() throws IOException {
    byte[] taken = sockets.taken().toByteArray();
    sockets.close();
    // Of one that has ended there may be a last word.
    channel.send(new Message(Message.Kind.TAKE, taken, List.of()), SPEAK);
    Message answer = channel.receive(ANSWER);
    if (answer != null) {
      check(answer, Message.Kind.GIVEN);
    }
  }

  /** Lets it end: this process accepts. */
  public void letGo() throws IOException {
    channel.send(new Message(Message.Kind.BEGUN), SPEAK);
  }

  @Override
  public void close() {
    sockets.close();
    if (control != null) {
      control.close();
      control = null;
    }
    channel.close();
  }
}
