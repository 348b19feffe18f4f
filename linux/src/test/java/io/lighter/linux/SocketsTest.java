package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import io.lighter.testing.Resource;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@LeavesNothing(except = {Resource.THREAD, Resource.CGROUP, Resource.NETWORK_NAMESPACE})
class SocketsTest {
  private final Linux linux = Linux.kernel();
  private final Sockets sockets = linux.sockets();
  private final Files files = linux.files();
  private final Arena arena = Arena.ofShared();

  @AfterEach
  void close() {
    arena.close();
  }

  private Fd unix() {
    return sockets.socket(
        SocketFlags.AF_UNIX, SocketFlags.SOCK_STREAM | SocketFlags.SOCK_NONBLOCK, 0);
  }

  @Test
  @RequiresTool(value = "python3", debianPackage = "python3")
  void shouldConnectToANameThatIsNoFile() throws Exception {
    String name = "lighter-test-" + ProcessHandle.current().pid();
    String program =
        "import socket, sys; s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM);"
            + " s.bind('\\0' + sys.argv[1]); print('bound', flush=True); print(s.recv(9))";
    try (Fd client = sockets.socket(SocketFlags.AF_UNIX, SocketFlags.SOCK_DGRAM, 0)) {
      assertThat(sockets.connectAbstract(client, name)).isFalse();
      Process other = new ProcessBuilder("python3", "-c", program, name).start();
      try (var said = other.inputReader()) {
        assertThat(said.readLine()).isEqualTo("bound");
        assertThat(sockets.connectAbstract(client, name)).isTrue();
        files.write(client, arena.allocateFrom(JAVA_BYTE, (byte) 'x', (byte) 'y'));
        assertThat(said.readLine()).isEqualTo("b'xy'");
      } finally {
        other.destroyForcibly().waitFor();
      }
    }
  }

  @Test
  void shouldConnectByPath(@TempDir Path folder) {
    String path = folder.resolve("s").toString();
    try (Fd server = unix();
        Fd client = unix();
        Fd late = unix()) {
      assertThat(sockets.connect(client, path)).as("nothing there").isFalse();
      assertThat(sockets.bind(server, path)).isTrue();
      assertThat(sockets.bind(late, path)).as("taken").isFalse();
      assertThat(sockets.connect(client, path)).as("nobody listens").isFalse();
      sockets.listen(server, 8);
      assertThat(sockets.option(server, SocketFlags.SO_ACCEPTCONN)).isEqualTo(1);
      assertThat(sockets.accept4(server, 0)).isNull();
      assertThat(sockets.connect(client, path)).isTrue();
      try (Fd accepted =
          Objects.requireNonNull(sockets.accept4(server, SocketFlags.SOCK_NONBLOCK))) {
        PeerCredentials peer = sockets.peerCredentials(accepted);
        assertThat(peer.pid()).isEqualTo(ProcessHandle.current().pid());
        assertThat(peer.uid()).isEqualTo(linux.credentials().geteuid());
        assertThat(sockets.shutdown(client, SocketFlags.SHUT_WR)).isTrue();
        assertThat(files.read(accepted, arena.allocate(1))).isZero();
      }
    }
  }

  @Test
  void shouldAnswerFalseWhenAnUnconnectedSocketIsShutDown() {
    try (Fd socket = sockets.socket(SocketFlags.AF_INET, SocketFlags.SOCK_STREAM, 0)) {
      assertThat(sockets.shutdown(socket, SocketFlags.SHUT_WR)).isFalse();
    }
  }

  @Test
  void shouldReachALongPathByItsFolder(@TempDir Path folder) {
    Path deep = folder.resolve("d".repeat(120));
    files.mkdirat(Fd.WORKING_FOLDER, deep.toString(), 0700);
    try (Fd dir = files.openat(Fd.WORKING_FOLDER, deep.toString(), Fcntl.O_PATH, 0);
        Fd server = unix();
        Fd client = unix()) {
      assertThatThrownBy(() -> sockets.bind(server, deep.resolve("s").toString()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("at most 107 bytes");
      assertThat(sockets.bind(server, dir, "s")).isTrue();
      sockets.listen(server, 1);
      assertThat(sockets.connect(client, dir, "s")).isTrue();
    }
  }

  @Test
  void shouldPassDescriptors() {
    try (SocketPair pair = sockets.socketpair(SocketFlags.SOCK_STREAM);
        Pipe pipe = linux.pipes().create(0);
        SocketMessage out = new SocketMessage(arena, 8, 3);
        SocketMessage in = new SocketMessage(arena, 8, 3)) {
      out.data().set(JAVA_BYTE, 0, (byte) 'a');
      out.setLength(1);
      out.add(pipe.write());
      out.add(pipe.read());
      assertThat(sockets.sendmsg(pair.first(), out, 0)).isEqualTo(1);
      assertThat(out.descriptors()).isZero();

      assertThat(sockets.recvmsg(pair.second(), in, 0)).isEqualTo(1);

      assertThat(in.length()).isEqualTo(1);
      assertThat(in.data().get(JAVA_BYTE, 0)).isEqualTo((byte) 'a');
      assertThat(in.descriptors()).isEqualTo(2);
      try (Fd write = in.take(0);
          Fd read = in.take(1)) {
        assertThat(linux.descriptors().isCloseOnExec(read)).isTrue();
        files.write(write, arena.allocateFrom("x"));
        MemorySegment buffer = arena.allocate(1);
        files.read(read, buffer);
        assertThat(buffer.get(JAVA_BYTE, 0)).isEqualTo((byte) 'x');
      }
      assertThatThrownBy(() -> in.take(0)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> in.take(2)).isInstanceOf(IllegalStateException.class);
      assertThat(sockets.recvmsg(pair.second(), in, SocketFlags.MSG_DONTWAIT))
          .isEqualTo(Sockets.AGAIN);
      pair.first().close();
      assertThat(sockets.recvmsg(pair.second(), in, 0)).isZero();
    }
  }

  @Test
  void shouldCloseWhatNobodyTakes() {
    try (SocketPair pair = sockets.socketpair(SocketFlags.SOCK_SEQPACKET);
        SocketMessage message = new SocketMessage(arena, 1, SocketMessage.SCM_MAX_FD)) {
      message.setLength(1);
      for (int i = 0; i < SocketMessage.SCM_MAX_FD; i++) {
        message.add(pair.first());
      }
      assertThatThrownBy(() -> message.add(pair.first())).hasMessageContaining("253 descriptors");
      sockets.sendmsg(pair.first(), message, 0);
      sockets.recvmsg(pair.second(), message, 0);
      assertThat(message.descriptors()).isEqualTo(253);
      // The census finds 253 descriptors should closing forget one.
    }
  }

  @Test
  void shouldRefuseMoreDescriptorsThanThereIsRoomFor() {
    try (SocketPair pair = sockets.socketpair(SocketFlags.SOCK_STREAM);
        SocketMessage out = new SocketMessage(arena, 1, 5);
        SocketMessage two = new SocketMessage(arena, 1, 2);
        SocketMessage none = new SocketMessage(arena, 1, 0)) {
      for (SocketMessage in : new SocketMessage[] {two, none}) {
        out.setLength(1);
        for (int i = 0; i < 5; i++) {
          out.add(pair.first());
        }
        sockets.sendmsg(pair.first(), out, 0);
        assertThatThrownBy(() -> sockets.recvmsg(pair.second(), in, 0))
            .hasMessageContaining("recvmsg(")
            .hasMessageContaining("EMSGSIZE");
        assertThat(in.descriptors()).isZero();
      }
    }
  }

  @Test
  void shouldSayThatADatagramWasCut() {
    try (SocketPair pair = sockets.socketpair(SocketFlags.SOCK_SEQPACKET);
        SocketMessage message = new SocketMessage(arena, 2, 0)) {
      files.write(pair.first(), arena.allocate(3));
      assertThat(sockets.recvmsg(pair.second(), message, 0)).isEqualTo(2);
      assertThat(message.isTruncated()).isTrue();
      assertThatThrownBy(() -> message.setLength(3)).hasMessageContaining("room for 2 bytes");
    }
  }

  @Test
  void shouldNotDieOfABrokenPipe() {
    try (SocketPair pair = sockets.socketpair(SocketFlags.SOCK_STREAM);
        SocketMessage message = new SocketMessage(arena, 1, 0)) {
      pair.second().close();
      message.setLength(1);
      assertThatThrownBy(() -> sockets.sendmsg(pair.first(), message, 0))
          .hasMessageContaining("EPIPE");
      sockets.setOption(pair.first(), SocketFlags.SO_SNDBUF, 100_000);
      assertThat(sockets.option(pair.first(), SocketFlags.SO_SNDBUF)).isPositive();
    }
  }

  @Test
  void shouldKeepTheDescriptorsOfAMessageThatCouldNotBeSent() {
    RecordedSystemCalls calls = new RecordedSystemCalls((call, printed) -> -Errno.EAGAIN);
    SocketMessage message = new SocketMessage(arena, 1, 1);
    message.add(new Fd(calls, 77));

    assertThat(new Linux(calls).sockets().sendmsg(new Fd(calls, 5), message, 0))
        .isEqualTo(Sockets.AGAIN);
    assertThat(message.descriptors()).isEqualTo(1);
  }

  @Test
  void shouldPassOverWhoHasGoneAgain() {
    long[] answers = {-Errno.ECONNABORTED, -Errno.EINTR, 1234};
    int[] next = {0};
    RecordedSystemCalls calls =
        new RecordedSystemCalls((call, printed) -> answers[next[0]++ % answers.length]);

    assertThat(new Linux(calls).sockets().accept4(new Fd(calls, 5), 0)).hasToString("fd 1234");
    assertThat(calls.recorded()).hasSize(3);
  }

  @Test
  @RequiresRoot
  void shouldBringTheLoopbackOfANewNamespaceUp() throws Exception {
    FutureTask<Integer> task =
        new FutureTask<>(
            () -> {
              linux.processes().unshare(Sched.CLONE_NEWNET);
              Interfaces interfaces = linux.interfaces();
              try (Fd socket = sockets.socket(SocketFlags.AF_INET, SocketFlags.SOCK_DGRAM, 0)) {
                assertThat(interfaces.flags(socket, "lo") & SocketFlags.IFF_UP).isZero();
                interfaces.up(socket, "lo");
                assertThatThrownBy(() -> interfaces.flags(socket, "no0"))
                    .hasMessageContaining("SIOCGIFFLAGS")
                    .hasMessageContaining("ENODEV");
                assertThatThrownBy(() -> interfaces.up(socket, "a".repeat(16)))
                    .hasMessageContaining("1 to 15 bytes");
                return interfaces.flags(socket, "lo");
              }
            });
    Thread thread = new Thread(task);
    thread.start();
    assertThat(task.get() & SocketFlags.IFF_UP).isEqualTo(SocketFlags.IFF_UP);
    thread.join();
  }
}
