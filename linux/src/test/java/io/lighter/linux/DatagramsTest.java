package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.testing.LeavesNothing;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@LeavesNothing
class DatagramsTest {
  private final Linux linux = Linux.kernel();
  private final Arena arena = Arena.ofConfined();
  private final DatagramBatch batch = new DatagramBatch(arena, 4, 100);
  private final SocketSlot server = new SocketSlot(linux);
  private final SocketSlot client = new SocketSlot(linux);

  @AfterEach
  void close() {
    server.close();
    client.close();
    arena.close();
  }

  /** Opens both, the server on an address and the client connected to another of it. */
  private void open(String listen, String connect) throws Exception {
    Connections connections = linux.connections();
    InetSocketAddress bound = new InetSocketAddress(InetAddress.getByName(listen), 0);
    Sockaddr address = Sockaddr.of(bound);
    int type = SocketFlags.SOCK_DGRAM;
    assertThat(connections.socket(server, address.family(), type)).isZero();
    connections.setOption(server, SocketFlags.IPPROTO_IP, SocketFlags.IP_PKTINFO, 1);
    connections.setOption(server, SocketFlags.IPPROTO_IPV6, SocketFlags.IPV6_RECVPKTINFO, 1);
    linux.sockets().bind(server, address);
    SockaddrBuffer own = new SockaddrBuffer(arena);
    assertThat(connections.getsockname(server, own)).isZero();
    Sockaddr to = Sockaddr.of(new InetSocketAddress(InetAddress.getByName(connect), own.port()));
    assertThat(connections.socket(client, to.family(), type)).isZero();
    assertThat(connections.connect(client, to)).isZero();
  }

  private void put(int place, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    MemorySegment.copy(bytes, 0, batch.bytes(place), JAVA_BYTE, 0, bytes.length);
    batch.setLength(place, bytes.length);
    batch.sendConnected(place);
  }

  private String text(int place) {
    return new String(batch.bytes(place).asSlice(0, batch.length(place)).toArray(JAVA_BYTE), UTF_8);
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.1, 127.0.0.1", "0.0.0.0, 127.0.0.9", "::1, ::1", "::, ::1", "::, 127.0.0.9"})
  void shouldAnswerFromWhereItWasAsked(String listen, String connect) throws Exception {
    open(listen, connect);
    put(0, "one");
    put(1, "");
    put(2, "three");
    assertThat(linux.datagrams().send(client, batch, 0, 3)).isEqualTo(3);
    assertThat(linux.datagrams().receive(server, batch)).isEqualTo(3);
    assertThat(batch.count()).isEqualTo(3);
    assertThat(text(0) + text(1) + text(2)).isEqualTo("onethree");
    assertThat(batch.port(1)).isEqualTo(batch.port(0)).isPositive();
    assertThat(batch.high(2)).isZero();
    assertThat(batch.low(2)).isNotZero();
    DatagramBatch.Ends ends = new DatagramBatch.Ends(arena);
    batch.copyEnds(2, ends);
    for (int place = 0; place < 2; place++) {
      batch.answerTo(place, ends);
    }
    assertThat(linux.datagrams().send(server, batch, 0, 2)).isEqualTo(2);
    // Its socket is connected: it takes only what comes from the address that it has asked.
    assertThat(linux.datagrams().receive(client, batch)).isEqualTo(2);
    assertThat(text(0)).isEqualTo("one");
  }

  @Test
  void shouldTellWhatWasCut() throws Exception {
    open("127.0.0.1", "127.0.0.1");
    try (Arena large = Arena.ofConfined()) {
      DatagramBatch longer = new DatagramBatch(large, 1, DatagramBatch.LONGEST);
      longer.setLength(0, 60_000);
      longer.sendConnected(0);
      assertThat(linux.datagrams().send(client, longer, 0, 1)).isEqualTo(1);
      assertThat(linux.datagrams().send(client, longer, 0, 1)).isEqualTo(1);
      assertThat(linux.datagrams().receive(server, batch)).isEqualTo(2);
      assertThat(batch.isCut(0)).isTrue();
      assertThat(batch.length(0)).isEqualTo(100);
    }
  }

  @Test
  void shouldTellWhatIsExpectedByValues() throws Exception {
    open("127.0.0.1", "127.0.0.1");
    assertThat(linux.datagrams().receive(server, batch)).isEqualTo(-Errno.EAGAIN);
    assertThat(batch.count()).isZero();
    server.close();
    put(0, "to nobody");
    assertThat(linux.datagrams().send(client, batch, 0, 1)).isEqualTo(1);
    assertThat(linux.datagrams().send(client, batch, 0, 1)).isEqualTo(-Errno.ECONNREFUSED);
  }
}
