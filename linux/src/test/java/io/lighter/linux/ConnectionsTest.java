package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.Resource;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@LeavesNothing(except = {Resource.THREAD, Resource.CGROUP, Resource.NETWORK_NAMESPACE})
class ConnectionsTest {
  private static final int STREAM = SocketFlags.SOCK_STREAM | SocketFlags.SOCK_NONBLOCK;

  private final Linux linux = Linux.kernel();
  private final Sockets sockets = linux.sockets();
  private final Connections connections = linux.connections();
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment buffer = arena.allocate(16);
  private final SockaddrBuffer address = new SockaddrBuffer(arena);

  @AfterEach
  void close() {
    arena.close();
  }

  private Fd listen(SocketAddress at) {
    Sockaddr encoded = Sockaddr.of(at);
    Fd server = sockets.socket(encoded.family(), STREAM, 0);
    assertThat(sockets.bind(server, encoded)).isTrue();
    sockets.listen(server, 8);
    return server;
  }

  private void send(Fd socket, String text, int flags) {
    MemorySegment.copy(arena.allocateFrom(text), 0, buffer, 0, text.length());
    assertThat(connections.send(socket, buffer, 0, text.length(), flags)).isEqualTo(text.length());
  }

  private void shouldReceive(Fd socket, String text) {
    assertThat(connections.recv(socket, buffer, 0, 16, 0)).isEqualTo(text.length());
    buffer.set(JAVA_BYTE, text.length(), (byte) 0);
    assertThat(buffer.getString(0)).isEqualTo(text);
  }

  private static void end(Fd socket) {
    socket.close();
  }

  /** One end of a connection over loopback, and the other. */
  private void connect(Fd server, SocketSlot client, SocketSlot accepted) {
    SocketAddress at = sockets.localAddress(server);
    assertThat(connections.socket(client, Sockaddr.of(at).family(), STREAM)).isZero();
    assertThat(connections.connect(client, Sockaddr.of(at))).isIn(0, -Errno.EINPROGRESS);
    assertThat(connections.accept4(server, accepted, address, SocketFlags.SOCK_NONBLOCK)).isZero();
    assertThat(connections.takeError(client)).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void shouldConnectAndTellBothAddresses(String ip) throws Exception {
    try (Fd server = listen(new InetSocketAddress(InetAddress.ofLiteral(ip), 0));
        SocketSlot client = new SocketSlot(linux);
        SocketSlot accepted = new SocketSlot(linux)) {
      assertThat(connections.accept4(server, accepted, address, 0)).isEqualTo(-Errno.EAGAIN);
      assertThat(accepted.isOpen()).isFalse();

      connect(server, client, accepted);

      SocketAddress own = sockets.localAddress(client);
      assertThat(address.toAddress()).isEqualTo(own);
      assertThat(address.port()).isEqualTo(((InetSocketAddress) own).getPort());
      assertThat(address.high()).isZero();
      assertThat(address.low()).isEqualTo(ip.equals("::1") ? 1 : 0xffff_7f00_0001L);
      assertThat(sockets.peerAddress(accepted)).isEqualTo(own);
      assertThat(connections.getsockname(accepted, address)).isZero();
      assertThat(address.toAddress()).isEqualTo(sockets.localAddress(server));
      assertThat(connections.getpeername(accepted, address)).isZero();
      assertThat(address.toAddress()).isEqualTo(own);
    }
  }

  /** Addresses of this machine, one that is not, and the halves that {@link SockaddrBuffer} has. */
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 127.8.9.10, 0, 0xffff7f08090a, 0",
    "::1, ::1, 0, 1, 0",
    "127.0.0.1, 198.51.100.1, 0, 0xffffc6336401, EADDRNOTAVAIL",
    "::1, 2001:db8::1, 0x20010db800000000, 1, EADDRNOTAVAIL",
  })
  void shouldConnectFromAnAddress(String to, String from, String high, String low, String error)
      throws Exception {
    try (Fd server = listen(new InetSocketAddress(InetAddress.ofLiteral(to), 0));
        SocketSlot client = new SocketSlot(linux);
        SocketSlot accepted = new SocketSlot(linux)) {
      Sockaddr at = Sockaddr.of(sockets.localAddress(server));
      assertThat(connections.socket(client, at.family(), STREAM)).isZero();
      int answer = connections.bindSource(client, at.family(), Long.decode(high), Long.decode(low));
      if (error.equals("EADDRNOTAVAIL")) {
        assertThat(answer).isEqualTo(-Errno.EADDRNOTAVAIL);
        return;
      }
      assertThat(answer).isZero();
      assertThat(((InetSocketAddress) sockets.localAddress(client)).getPort())
          .as("chosen by the connect")
          .isZero();
      assertThat(connections.connect(client, at)).isIn(0, -Errno.EINPROGRESS);
      assertThat(connections.accept4(server, accepted, address, 0)).isZero();
      assertThat(((InetSocketAddress) address.toAddress()).getAddress())
          .isEqualTo(InetAddress.ofLiteral(from));
      assertThat(address.port()).isPositive();
    }
  }

  @Test
  void shouldTellHowManyWaitAndHowMuchThereIs() {
    try (Fd server = listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        SocketSlot client = new SocketSlot(linux);
        SocketSlot accepted = new SocketSlot(linux)) {
      assertThat(connections.waiting(server)).isZero();
      Sockaddr at = Sockaddr.of(sockets.localAddress(server));
      assertThat(connections.socket(client, at.family(), STREAM)).isZero();
      assertThat(connections.connect(client, at)).isIn(0, -Errno.EINPROGRESS);
      assertThat(connections.waiting(server)).isOne();
      assertThat(connections.accept4(server, accepted, address, 0)).isZero();
      assertThat(connections.waiting(server)).isZero();

      assertThat(connections.readable(accepted)).isZero();
      assertThat(connections.send(client, buffer, 0, 7, 0)).isEqualTo(7);
      assertThat(connections.readable(accepted)).isEqualTo(7);
      assertThat(connections.recv(accepted, buffer, 0, 3, 0)).isEqualTo(3);
      assertThat(connections.readable(accepted)).isEqualTo(4);
      assertThat(connections.readable(server)).isEqualTo(-Errno.EINVAL);
    }
  }

  @Test
  void shouldConnectToAPath(@TempDir Path folder) {
    SocketAddress path = UnixDomainSocketAddress.of(folder.resolve("s"));
    try (Fd server = listen(path);
        Fd late = sockets.socket(SocketFlags.AF_UNIX, STREAM, 0);
        SocketSlot client = new SocketSlot(linux);
        SocketSlot accepted = new SocketSlot(linux)) {
      assertThat(sockets.bind(late, Sockaddr.of(path))).as("taken").isFalse();
      connect(server, client, accepted);
      assertThat(address.low()).isZero();
      assertThat(address.toAddress()).isEqualTo(UnixDomainSocketAddress.of(""));
      assertThat(sockets.peerAddress(client)).isEqualTo(path);
    }
  }

  @Test
  void shouldCarryBytesAndEndInEachDirectionAlone() {
    try (Fd server = listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        SocketSlot client = new SocketSlot(linux);
        SocketSlot accepted = new SocketSlot(linux);
        Pipe pipe = linux.pipes().create(0)) {
      connect(server, client, accepted);
      assertThat(connections.recv(accepted, buffer, 0, 16, 0)).isEqualTo(-Errno.EAGAIN);
      send(client, "hello", 0);
      assertThat(connections.recv(accepted, buffer, 0, 2, SocketFlags.MSG_PEEK)).isEqualTo(2);
      shouldReceive(accepted, "hello");
      send(client, "by pipe", 0);
      int again = Pipes.SPLICE_F_NONBLOCK;
      assertThat(connections.splice(accepted, pipe.write(), 99, again)).isEqualTo(7);
      assertThat(connections.splice(pipe.read(), accepted, 99, again)).isEqualTo(7);
      shouldReceive(client, "by pipe");
      assertThat(connections.splice(accepted, pipe.write(), 99, again)).isEqualTo(-Errno.EAGAIN);

      assertThat(connections.shutdown(client, SocketFlags.SHUT_WR)).isZero();
      assertThat(connections.recv(accepted, buffer, 0, 16, 0)).isZero();
      send(accepted, "late", 0);
      shouldReceive(client, "late");
      TcpInfo info = sockets.tcpInfo(accepted);
      assertThat(info.bytesReceived()).isEqualTo(5 + 7 + 1);
      assertThat(info.notSent()).isZero();
    }
  }

  @Test
  void shouldAnswerWithTheErrorOfAReset() {
    try (Fd server = listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        SocketSlot client = new SocketSlot(linux);
        SocketSlot accepted = new SocketSlot(linux)) {
      connect(server, client, accepted);
      send(client, "last", 0);
      assertThat(connections.resetOnClose(client)).isZero();
      end(client);

      shouldReceive(accepted, "last");
      assertThat(connections.recv(accepted, buffer, 0, 16, 0)).isEqualTo(-Errno.ECONNRESET);
      assertThat(connections.recv(accepted, buffer, 0, 16, 0)).isZero();
      assertThat(connections.send(accepted, buffer, 0, 1, 0)).isEqualTo(-Errno.EPIPE);
      assertThat(connections.shutdown(accepted, SocketFlags.SHUT_WR)).isEqualTo(-Errno.ENOTCONN);
      assertThat(connections.getpeername(accepted, address)).isEqualTo(-Errno.ENOTCONN);
    }
  }

  @Test
  void shouldAnswerWithTheErrorOfARefusal() {
    SocketAddress gone;
    try (Fd server = listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      gone = sockets.localAddress(server);
    }
    try (SocketSlot client = new SocketSlot(linux)) {
      connections.socket(client, SocketFlags.AF_INET, STREAM);
      assertThat(connections.connect(client, Sockaddr.of(gone))).isEqualTo(-Errno.EINPROGRESS);
      assertThat(connections.takeError(client)).isEqualTo(-Errno.ECONNREFUSED);
      end(client);
      assertThat(connections.socket(client, SocketFlags.AF_INET, STREAM)).isZero();
    }
  }

  @Test
  void shouldKeepUrgentBytesApart() {
    try (Fd server = listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        SocketSlot client = new SocketSlot(linux);
        SocketSlot accepted = new SocketSlot(linux)) {
      connect(server, client, accepted);
      send(client, "ab", 0);
      send(client, "!", SocketFlags.MSG_OOB);
      send(client, "cd", 0);
      assertThat(connections.isAtMark(accepted)).isFalse();
      shouldReceive(accepted, "ab");
      assertThat(connections.isAtMark(accepted)).isTrue();
      assertThat(connections.recv(accepted, buffer, 0, 1, SocketFlags.MSG_OOB)).isEqualTo(1);
      assertThat(buffer.get(JAVA_BYTE, 0)).isEqualTo((byte) '!');
      shouldReceive(accepted, "cd");
    }
  }

  @Test
  void shouldSetWhatAListenerNeeds() {
    try (Fd server = sockets.socket(SocketFlags.AF_INET6, STREAM, 0)) {
      sockets.setOption(server, SocketFlags.SO_REUSEADDR, 1);
      sockets.setOption(server, SocketFlags.SO_REUSEPORT, 1);
      sockets.setOption(server, SocketFlags.IPPROTO_IPV6, SocketFlags.IPV6_V6ONLY, 1);
      assertThat(connections.setOption(server, SocketFlags.IPPROTO_TCP, SocketFlags.TCP_NODELAY, 1))
          .isZero();
      assertThat(sockets.option(server, SocketFlags.SO_REUSEPORT)).isEqualTo(1);
      assertThat(sockets.option(server, SocketFlags.IPPROTO_IPV6, SocketFlags.IPV6_V6ONLY))
          .isEqualTo(1);
      assertThat(sockets.option(server, SocketFlags.IPPROTO_TCP, SocketFlags.TCP_NODELAY))
          .isEqualTo(1);
      assertThat(connections.setOption(server, SocketFlags.IPPROTO_TCP, 9999, 1))
          .isEqualTo(-Errno.ENOPROTOOPT);
    }
  }

  @Test
  @RequiresRoot
  void shouldUseAForeignAddressAsItsOwn() {
    try (Fd socket = sockets.socket(SocketFlags.AF_INET, STREAM, 0)) {
      Sockaddr foreign = Sockaddr.of(new InetSocketAddress(InetAddress.ofLiteral("192.0.2.7"), 0));
      assertThatThrownBy(() -> sockets.bind(socket, foreign)).hasMessageContaining("EADDRNOTAVAIL");
      sockets.setOption(socket, SocketFlags.IPPROTO_IP, SocketFlags.IP_TRANSPARENT, 1);
      assertThat(sockets.bind(socket, foreign)).isTrue();
    }
  }

  @Test
  void shouldPassOverWhoHasGoneAgain() {
    long[] answers = {-Errno.ECONNABORTED, -Errno.EINTR, -Errno.EMFILE, 1234};
    int[] next = {0};
    RecordedSystemCalls calls =
        new RecordedSystemCalls((call, printed) -> answers[next[0]++ % answers.length]);
    Linux recorded = new Linux(calls);
    SocketSlot slot = new SocketSlot(recorded);
    Fd server = new Fd(calls, 5);
    assertThat(recorded.connections().accept4(server, slot, address, 0)).isEqualTo(-Errno.EMFILE);
    assertThat(recorded.connections().accept4(server, slot, address, 0)).isZero();
    assertThat(slot).hasToString("fd 1234");
  }

  @Test
  void shouldNotForgetADescriptorThatASlotHolds() {
    try (SocketSlot slot = new SocketSlot(linux)) {
      connections.socket(slot, SocketFlags.AF_INET, STREAM);
      assertThatThrownBy(() -> connections.socket(slot, SocketFlags.AF_INET, STREAM))
          .hasMessageContaining("holds one: fd ");
    }
  }

  @Test
  void shouldEncodeTheScopeOfALinkLocalAddress() throws Exception {
    byte[] local = InetAddress.ofLiteral("fe80::1").getAddress();
    SocketAddress one = new InetSocketAddress(Inet6Address.getByAddress(null, local, 1), 80);
    SocketAddress two = new InetSocketAddress(Inet6Address.getByAddress(null, local, 2), 80);
    assertThat(Sockaddr.of(one)).isEqualTo(Sockaddr.of(one)).isNotEqualTo(Sockaddr.of(two));
    assertThat(Sockaddr.of(one)).hasSameHashCodeAs(Sockaddr.of(one));
  }

  @ParameterizedTest
  @CsvSource({"128, at most 107 bytes", "0, NUL byte"})
  void shouldRefuseAPathThatIsNone(int length, String message) {
    String path = length == 0 ? "/a\0b" : "/" + "x".repeat(length);
    assertThatThrownBy(() -> Sockaddr.of(path)).hasMessageContaining(message);
    assertThatThrownBy(() -> Sockaddr.of(InetSocketAddress.createUnresolved("no.example", 1)))
        .hasMessageContaining("not resolved");
  }
}
