package io.lighter.runtime.criu;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.lighter.linux.Fd;
import io.lighter.linux.LaunchFailure;
import io.lighter.linux.LaunchImage;
import io.lighter.linux.LaunchProgram;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.PidFd;
import io.lighter.linux.Polling;
import io.lighter.linux.Sched;
import io.lighter.linux.SocketFlags;
import io.lighter.linux.SocketMessage;
import io.lighter.linux.SocketPair;
import io.lighter.linux.Sockets;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One run of {@code criu swrk}: one request, its notices, its answer. Closing it ends the program.
 * Of one thread.
 */
public final class CriuSession implements AutoCloseable {
  /** CRIU's own bound for a message is this, too. */
  private static final int LONGEST = 40_960;

  private final Linux linux;
  private final Fd socket;
  private final PidFd process;

  private CriuSession(Linux linux, Fd socket, PidFd process) {
    this.linux = linux;
    this.socket = socket;
    this.process = process;
  }

  /** Hears of what CRIU is about to do. */
  @FunctionalInterface
  public interface Listener {
    /**
     * Is told, while CRIU waits.
     *
     * @param notice its name, such as {@code post-restore}
     * @param pid of the first process; 0 where there is none yet
     * @param message what came; its descriptors may be taken
     * @throws RuntimeException to have CRIU undo what it has done
     */
    void on(String notice, int pid, SocketMessage message);
  }

  /**
   * Starts the program.
   *
   * @param steps makes the steps of the child, given what becomes its descriptor 3
   * @param cgroup in which it is born, with all that it makes; null for ours
   * @throws CriuException when it cannot be started
   */
  public static CriuSession start(
      Linux linux, Function<Fd, LaunchProgram> steps, @Nullable Fd cgroup) {
    SocketPair pair = linux.sockets().socketpair(SocketFlags.SOCK_SEQPACKET);
    try (Fd theirs = pair.second();
        Arena arena = Arena.ofShared()) {
      long flags = Sched.CLONE_VM | Sched.CLONE_VFORK | Sched.CLONE_CLEAR_SIGHAND;
      LaunchImage image = new LaunchImage(steps.apply(theirs), flags, arena);
      if (cgroup != null) {
        image.bornIn(cgroup);
      }
      PidFd process = linux.processes().launch(image);
      LaunchFailure failure = image.failure();
      if (failure != null) {
        linux.processes().waitFor(process);
        process.close();
        throw new CriuException("CRIU cannot be started: " + failure);
      }
      return new CriuSession(linux, pair.first(), process);
    } catch (RuntimeException e) {
      pair.first().close();
      throw e;
    }
  }

  /**
   * Has a request carried out.
   *
   * @return the first process, of a restore
   * @throws CriuException when it was not; what the listener threw otherwise
   */
  public int carryOut(CriuRequest request, Listener listener) {
    @Nullable RuntimeException refused = null;
    try (Arena arena = Arena.ofConfined();
        SocketMessage message = new SocketMessage(arena, LONGEST, 1)) {
      send(request.bytes());
      while (true) {
        int length = receive(message);
        if (length <= 0) {
          throw refused != null
              ? refused
              : new CriuException("it ended before it had answered, and may have been killed");
        }
        CriuReply reply = CriuReply.parse(bytes(message, length));
        if (reply.type() != CriuRequest.NOTIFY) {
          return checked(request, reply, refused);
        }
        if (refused == null) {
          refused = tell(listener, reply, message);
        }
        send(CriuRequest.answer(refused == null));
      }
    } catch (LinuxException e) {
      throw refused != null
          ? refused
          : new CriuException("it ended before it had answered: " + e.getMessage(), e);
    }
  }

  /**
   * Waits for a message, or the end of the program: what it has made may have its end of the socket
   * for longer.
   *
   * @return 0 or less when none comes any more
   */
  private int receive(SocketMessage message) {
    Polling polling = new Polling(linux);
    int length;
    do {
      polling.either(socket, process);
      boolean ended = polling.poll(process, Polling.POLLIN, 0) != 0;
      length = linux.sockets().recvmsg(socket, message, SocketFlags.MSG_DONTWAIT);
      if (ended && length == Sockets.AGAIN) {
        return 0;
      }
    } while (length == Sockets.AGAIN);
    return length;
  }

  private static int checked(
      CriuRequest request, CriuReply reply, @Nullable RuntimeException refused) {
    if (refused != null) {
      throw refused;
    }
    if (!reply.success()) {
      throw new CriuException("it failed");
    }
    if (reply.type() != request.type()) {
      throw new CriuException("it answered another request, of type " + reply.type());
    }
    return reply.pid();
  }

  private static @Nullable RuntimeException tell(
      Listener listener, CriuReply reply, SocketMessage message) {
    try {
      listener.on(reply.script(), reply.pid(), message);
      return null;
    } catch (RuntimeException e) {
      return e;
    }
  }

  private static ByteBuffer bytes(SocketMessage message, int length) {
    return ByteBuffer.wrap(message.data().asSlice(0, length).toArray(JAVA_BYTE));
  }

  private void send(byte[] bytes) {
    try (Arena arena = Arena.ofConfined();
        SocketMessage message = new SocketMessage(arena, bytes.length, 0)) {
      MemorySegment.copy(bytes, 0, message.data(), JAVA_BYTE, 0, bytes.length);
      message.setLength(bytes.length);
      linux.sockets().sendmsg(socket, message, 0);
    }
  }

  /** Ends the program if it has not ended; what it was about is then half done. */
  @Override
  public void close() {
    socket.close();
    // It ends by itself when it has answered, or finds that nobody listens any more.
    linux.processes().waitFor(process);
    process.close();
  }
}
