package io.lighter.proxy.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.SocketFlags;
import io.lighter.linux.Sockets;
import io.lighter.proxy.relay.OfferedSocket;
import io.lighter.proxy.service.Transport;
import io.lighter.testing.LeavesNothing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is said, whoever ends in the middle of it. */
@Timeout(60)
@LeavesNothing(ignoring = "socket:")
class SuccessionTest {
  private static final Duration SECONDS = Duration.ofSeconds(5);

  @TempDir private Path folder;
  private final Linux linux = Linux.kernel();
  private final List<String> said = new CopyOnWriteArrayList<>();
  private final List<String> done = new CopyOnWriteArrayList<>();

  /** A process with so many sockets. */
  private final class Owner implements Estate {
    private final int count;

    Owner(int count) {
      this.count = count;
    }

    @Override
    public List<OfferedSocket> offer() {
      List<OfferedSocket> offered = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        offered.add(new Offered(i, listening()));
      }
      done.add("offer");
      return offered;
    }

    @Override
    public void settle() {
      done.add("settle");
    }

    @Override
    public void keep() {
      done.add("keep");
    }

    @Override
    public void leave() {
      done.add("leave");
    }
  }

  private final class Offered implements OfferedSocket {
    private final int number;
    private final Fd copy;

    Offered(int number, Fd copy) {
      this.number = number;
      this.copy = copy;
    }

    @Override
    public Fd copy() {
      return copy;
    }

    @Override
    public void pause() {
      done.add("pause " + number);
    }

    @Override
    public void resume() {
      done.add("resume " + number);
    }

    @Override
    public void release() {
      done.add("release " + number);
    }

    @Override
    public void close() {
      copy.close();
    }
  }

  @BeforeAll
  static void warmUp() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      new Socket(InetAddress.getLoopbackAddress(), socket.getLocalPort()).close();
    }
  }

  private Fd listening() {
    Sockets sockets = linux.sockets();
    Fd socket = sockets.socket(SocketFlags.AF_INET, SocketFlags.SOCK_STREAM, 0);
    sockets.listen(socket, 5);
    return socket;
  }

  private Path path() {
    return folder.resolve("control.sock");
  }

  private Succession serve(int count) throws IOException {
    return Succession.await(linux, path(), null, new Owner(count), said::add);
  }

  private Channel connect() throws IOException {
    Fd connection = Objects.requireNonNull(ControlSocket.connect(linux, path()));
    return new Channel(linux, connection, () -> false);
  }

  private static Message receive(Channel channel) throws IOException {
    return Objects.requireNonNull(channel.receive(SECONDS));
  }

  private static void end(Fd socket) {
    socket.close();
  }

  private InetSocketAddress address(Fd socket) {
    return (InetSocketAddress) linux.sockets().localAddress(socket);
  }

  @Test
  void shouldHandOverWhatIsTaken() throws Exception {
    try (Succession succession = serve(3)) {
      assertThat(Files.getPosixFilePermissions(path()))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
      try (Predecessor predecessor = Objects.requireNonNull(Predecessor.find(linux, path()))) {
        Fd control = Objects.requireNonNull(predecessor.takeControl());
        try (control) {
          assertThat(done).containsExactly("offer");
          predecessor.take();
          assertThat(done).containsExactly("offer", "settle");
          predecessor.letGo();
          await().until(() -> done.contains("leave"));
          assertThat(path()).as("it is the next one's").exists();
        }
      }
      assertThat(done).doesNotContain("keep");
      assertThat(succession).isNotNull();
    }
    assertThat(said).isEmpty();
    assertThat(path()).exists();
  }

  @Test
  void shouldSendMoreSocketsThanOneMessageHolds() throws Exception {
    int count = 600;
    try (Succession succession = serve(count);
        Channel channel = connect()) {
      channel.send(new Message(Message.Kind.HELLO), SECONDS);
      List<Fd> came = new ArrayList<>();
      Message message;
      do {
        message = receive(channel);
        came.addAll(message.sockets());
      } while (message.following() > 0);
      assertThat(came).hasSize(count + 1);
      came.forEach(Fd::close);
      BitSet some = new BitSet();
      some.set(7);
      some.set(599);
      some.set(10_000); // of a peer that says more than there is
      channel.send(new Message(Message.Kind.TAKE, some.toByteArray(), List.of()), SECONDS);
      assertThat(receive(channel).kind()).isEqualTo(Message.Kind.GIVEN);
      assertThat(done).containsExactly("offer", "pause 7", "pause 599", "settle");
      channel.send(new Message(Message.Kind.BEGUN), SECONDS);
      await().until(() -> done.contains("leave"));
      assertThat(done).containsSubsequence("release 7", "release 599", "settle", "leave");
      assertThat(succession).isNotNull();
    }
  }

  @Test
  void shouldGoOnWhenTheOtherEndsAtAnyStep() throws Exception {
    try (Succession succession = serve(2)) {
      connect().close();
      for (int step = 0; step < 3; step++) {
        done.clear();
        try (Channel channel = connect()) {
          channel.send(new Message(Message.Kind.HELLO), SECONDS);
          if (step > 0) {
            receive(channel).sockets().forEach(Fd::close);
          }
          if (step > 1) {
            channel.send(new Message(Message.Kind.TAKE, new byte[] {2}, List.of()), SECONDS);
            assertThat(receive(channel).kind()).isEqualTo(Message.Kind.GIVEN);
          }
        }
        await().until(() -> done.contains("keep"));
        assertThat(done).doesNotContain("leave");
        assertThat(done.contains("resume 1")).isEqualTo(step > 1);
      }
      assertThat(succession).isNotNull();
    }
    assertThat(said).hasSize(3).allMatch(line -> line.contains("all goes on as before"));
    assertThat(path()).doesNotExist();
  }

  @Test
  void shouldRefuseAnotherVersionAndNonsense() throws Exception {
    try (Succession succession = serve(1)) {
      try (Channel channel = connect()) {
        channel.send(new Message(7, Message.Kind.HELLO, new byte[0], List.of()), SECONDS);
        assertThat(receive(channel).text()).contains("version 1", "the other process version 7");
      }
      try (Channel channel = connect()) {
        channel.send(new Message(Message.Kind.BEGUN), SECONDS);
        assertThat(receive(channel).kind()).isEqualTo(Message.Kind.REFUSED);
      }
      try (Channel channel = connect()) {
        channel.send(new Message(Message.Kind.HELLO), SECONDS);
        receive(channel).sockets().forEach(Fd::close);
        channel.send(new Message(Message.Kind.HELLO), SECONDS);
        assertThat(receive(channel).text()).contains("protocol");
      }
      await().until(() -> said.size() == 3);
      assertThat(said)
          .allMatch(line -> line.startsWith("not handed over, all goes on as before: "));
      assertThat(done).containsExactly("offer", "settle", "keep");
      assertThat(succession).isNotNull();
    }
  }

  /** Serves the path as a process that does what it is told to. */
  private interface Old {
    void serve(Channel channel) throws IOException;
  }

  private Future<?> old(ExecutorService thread, ControlSocket control, Old what) {
    return thread.submit(
        () -> {
          Fd connection = null;
          while (connection == null) {
            connection = linux.sockets().accept4(control.socket(), 0);
            Thread.sleep(1);
          }
          try (Channel channel = new Channel(linux, connection, () -> false)) {
            assertThat(receive(channel).kind()).isEqualTo(Message.Kind.HELLO);
            what.serve(channel);
          }
          return null;
        });
  }

  @Test
  void shouldHaveWhatCameWhenTheOldOneIsKilled() throws Exception {
    try (ExecutorService thread = Executors.newSingleThreadExecutor();
        Fd listening = listening()) {
      ControlSocket control = ControlSocket.listen(linux, path());
      Future<?> killed =
          old(
              thread,
              control,
              channel ->
                  channel.send(Message.sockets(List.of(control.socket(), listening), 5), SECONDS));
      InetSocketAddress at =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), address(listening).getPort());
      try (Socket waiting = new Socket(at.getAddress(), at.getPort());
          Predecessor found = Objects.requireNonNull(Predecessor.find(linux, path()))) {
        killed.get();
        end(listening);
        InetSocketAddress any =
            new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), at.getPort());
        assertThat(found.sockets().has(Transport.UDP, any)).isFalse();
        Fd taken = found.sockets().take(Transport.TCP, any, 0, 1).getFirst();
        found.take();
        found.letGo();
        try (taken;
            Fd accepted = linux.sockets().accept4(taken, 0)) {
          assertThat(accepted).as("who waited").isNotNull();
          assertThat(waiting.isConnected()).isTrue();
        }
      }
      control.close();
    }
  }

  @Test
  void shouldBeginWhenTheOldOneIsKilledOrNotWhenItWithdraws() throws Exception {
    try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
      ControlSocket control = ControlSocket.listen(linux, path());
      Message own = Message.sockets(List.of(control.socket()), 0);
      Future<?> killed = old(thread, control, channel -> channel.send(own, SECONDS));
      try (Predecessor found = Objects.requireNonNull(Predecessor.find(linux, path()))) {
        killed.get();
        found.take();
        found.letGo();
      }
      Future<?> withdrawn =
          old(
              thread,
              control,
              channel -> {
                channel.send(own, SECONDS);
                channel.send(Message.refused("it took too long"), SECONDS);
              });
      try (Predecessor found = Objects.requireNonNull(Predecessor.find(linux, path()))) {
        withdrawn.get();
        assertThatThrownBy(found::take).hasMessage("it took too long");
      }
      Future<?> refusing =
          old(thread, control, c -> c.send(Message.refused("it has no room"), SECONDS));
      assertThatThrownBy(() -> Predecessor.find(linux, path()))
          .hasMessageContaining("it has no room");
      refusing.get();
      control.close();
      assertThat(Predecessor.find(linux, path())).isNull();
    }
  }

  @Test
  void shouldReplaceASocketThatIsLeftAndNothingElse() throws Exception {
    assertThat(Predecessor.find(linux, path())).isNull();
    ControlSocket.listen(linux, path()).leave();
    assertThat(path()).exists();
    assertThat(Predecessor.find(linux, path())).isNull();
    serve(0).close();
    assertThat(path()).doesNotExist();

    Files.writeString(path(), "of somebody");
    assertThatThrownBy(() -> Predecessor.find(linux, path()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no socket: remove it");
    assertThatThrownBy(() -> serve(0)).hasMessageContaining("no socket: remove it");
    assertThat(Files.readString(path())).isEqualTo("of somebody");
    Files.delete(path());

    try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      other.bind(UnixDomainSocketAddress.of(path()));
      assertThatThrownBy(() -> Predecessor.find(linux, path()))
          .hasMessageContaining("something else than lighter proxy");
    }
    Files.delete(path());
    assertThatThrownBy(
            () -> Succession.await(linux, Path.of("/no/x"), null, new Owner(0), said::add))
        .hasMessageContaining("/no/x cannot be made");
    try (var files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void shouldLeaveAFileThatIsAnothers() throws Exception {
    Succession first = serve(0);
    ControlSocket second = ControlSocket.listen(linux, path());
    first.close();
    assertThat(path()).exists();
    second.close();
    assertThat(path()).doesNotExist();
  }
}
