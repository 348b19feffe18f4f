package io.lighter.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Test;

/** Sockets found and closed from outside, IPv4 in an IPv6 socket among them. */
@RequiresRoot
// The JDK keeps a socket of its own from the first that it closes.
@LeavesNothing(ignoring = "socket:")
class SocketDiagnosisTest {

  @Test
  void shouldCloseATcpConnection() throws IOException {
    for (String address : new String[] {"127.0.0.1", "::1"}) {
      try (Arena arena = Arena.ofConfined();
          NetlinkSocket netlink = open(arena);
          ServerSocketChannel server = ServerSocketChannel.open()) {
        server.bind(new InetSocketAddress(InetAddress.getByName(address), 0));
        try (SocketChannel client = SocketChannel.open(server.getLocalAddress());
            SocketChannel accepted = server.accept()) {
          SocketDiagnosis sockets = new SocketDiagnosis(netlink);
          InetSocket found =
              find(sockets, SocketFlags.IPPROTO_TCP, (InetSocketAddress) client.getLocalAddress());
          assertThat(found.remote()).isEqualTo(client.getRemoteAddress());
          assertThat(sockets.destroy(found)).isTrue();
          assertThat(sockets.destroy(found)).isFalse();
          assertThatThrownBy(() -> client.read(ByteBuffer.allocate(1)))
              .isInstanceOf(IOException.class)
              .hasMessageContaining("abort");
          assertThatThrownBy(() -> accepted.read(ByteBuffer.allocate(1)))
              .isInstanceOf(IOException.class)
              .hasMessageContaining("reset");
        }
      }
    }
  }

  @Test
  void shouldTellWhatIsNotRead() throws IOException {
    for (String address : new String[] {"127.0.0.1", "::1"}) {
      try (Arena arena = Arena.ofConfined();
          NetlinkSocket netlink = open(arena);
          ServerSocketChannel server = ServerSocketChannel.open()) {
        server.bind(new InetSocketAddress(InetAddress.getByName(address), 0));
        InetSocketAddress here = (InetSocketAddress) server.getLocalAddress();
        SocketDiagnosis sockets = new SocketDiagnosis(netlink);
        try (SocketChannel client = SocketChannel.open(here);
            SocketChannel accepted = server.accept()) {
          InetSocketAddress there = (InetSocketAddress) client.getLocalAddress();
          assertThat(sockets.unread(here, there)).isZero();
          client.write(ByteBuffer.allocate(1_000));
          assertThat(sockets.unread(here, there)).isGreaterThanOrEqualTo(1_000);
          accepted.read(ByteBuffer.allocate(1_000));
          assertThat(sockets.unread(here, there)).isZero();
          InetSocketAddress nobody = new InetSocketAddress(here.getAddress(), 1);
          assertThat(sockets.unread(here, nobody)).as("the listening one").isEqualTo(-1);
          assertThat(sockets.unread(nobody, there)).isEqualTo(-1);
        }
      }
    }
  }

  @Test
  void shouldCloseAConnectedUdpSocket() throws IOException {
    try (Arena arena = Arena.ofConfined();
        NetlinkSocket netlink = open(arena);
        DatagramChannel client = DatagramChannel.open()) {
      client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), 9));
      SocketDiagnosis sockets = new SocketDiagnosis(netlink);
      InetSocket found =
          find(sockets, SocketFlags.IPPROTO_UDP, (InetSocketAddress) client.getLocalAddress());
      assertThat(sockets.destroy(found)).isTrue();
      assertThatThrownBy(() -> client.write(ByteBuffer.allocate(1)))
          .isInstanceOf(IOException.class);
    }
  }

  private static NetlinkSocket open(Arena arena) {
    return Linux.kernel().netlink().open(NetlinkFlags.NETLINK_SOCK_DIAG, arena);
  }

  /** Java's sockets are of IPv6, whatever they are connected to. */
  private static InetSocket find(SocketDiagnosis sockets, int protocol, InetSocketAddress local) {
    return sockets.connected(SocketFlags.AF_INET6, protocol).stream()
        .filter(socket -> socket.local().equals(local))
        .findFirst()
        .orElseThrow();
  }
}
