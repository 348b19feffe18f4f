package io.lighter.runtime.seccomp;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.SeccompNotification;
import io.lighter.linux.SeccompNotifications;
import io.lighter.linux.SocketFlags;
import io.lighter.linux.SocketMessage;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** An agent on a Unix socket that takes one listener, on a thread of its own. */
public final class FakeAgent implements AutoCloseable {
  private final Linux linux = Linux.kernel();
  private final Fd server;
  private final FutureTask<Served> receiving = new FutureTask<>(this::receive);
  private final Thread thread = Thread.ofPlatform().daemon().unstarted(receiving);

  /** A message and the descriptor that came with its first byte. */
  public record Served(String message, Fd descriptor) implements AutoCloseable {
    @Override
    public void close() {
      descriptor.close();
    }
  }

  /** Listens. */
  public FakeAgent(Path socket) {
    server = linux.sockets().socket(SocketFlags.AF_UNIX, SocketFlags.SOCK_STREAM, 0);
    try (Fd folder =
        linux
            .files()
            .openat(Fd.WORKING_FOLDER, String.valueOf(socket.getParent()), Fcntl.O_PATH, 0)) {
      linux.sockets().bind(server, folder, String.valueOf(socket.getFileName()));
    }
    linux.sockets().listen(server, 1);
    thread.start();
  }

  private Served receive() {
    try (Arena arena = Arena.ofConfined();
        Fd peer = Objects.requireNonNull(linux.sockets().accept4(server, 0));
        SocketMessage message = new SocketMessage(arena, 4096, 2)) {
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      Fd descriptor = null;
      while (linux.sockets().recvmsg(peer, message, 0) > 0) {
        text.writeBytes(message.data().asSlice(0, message.length()).toArray(JAVA_BYTE));
        assertThat(message.descriptors()).isEqualTo(descriptor == null ? 1 : 0);
        if (descriptor == null) {
          descriptor = message.take(0);
        }
      }
      return new Served(text.toString(StandardCharsets.UTF_8), Objects.requireNonNull(descriptor));
    }
  }

  /** Waits for the message. */
  public Served received() throws InterruptedException, ExecutionException {
    return receiving.get();
  }

  /** Lets the first call of a process fail and the second proceed. */
  public Served served(int pid, int errno) throws InterruptedException, ExecutionException {
    SeccompNotifications notifications = linux.seccompNotifications();
    Served served = received();
    try (Arena arena = Arena.ofConfined()) {
      SeccompNotification call = new SeccompNotification(arena, notifications.sizes());
      assertThat(notifications.receive(served.descriptor(), call)).isTrue();
      assertThat(call.pid()).isEqualTo(pid);
      assertThat(notifications.fail(served.descriptor(), call.id(), errno)).isTrue();
      assertThat(notifications.receive(served.descriptor(), call)).isTrue();
      assertThat(notifications.proceed(served.descriptor(), call.id())).isTrue();
    } finally {
      served.close();
    }
    return served;
  }

  @Override
  public void close() {
    // Wakes a thread that nobody connected to.
    linux.sockets().shutdown(server, SocketFlags.SHUT_RDWR);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    server.close();
  }
}
