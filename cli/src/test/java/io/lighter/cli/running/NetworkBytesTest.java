package io.lighter.cli.running;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NetworkBytesTest {
  private static final String TABLE =
      """
      Inter-|   Receive                                                |  Transmit
       face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
          lo: 5000      10    0    0    0     0          0         0     5000      10    0    0    0     0       0          0
        eth0:1200      10    0    0    0     0          0         0      340       4    0    0    0     0       0          0
      eth0:1: 30       1    0    0    0     0          0         0       60       1    0    0    0     0       0          0
      """;

  @Test
  void shouldAddAllInterfacesButLoopback() {
    assertThat(NetworkBytes.parse(TABLE)).isEqualTo(new NetworkBytes(1230, 400));
  }

  @Test
  void shouldHaveNoFiguresForOurOwnNamespaceNorForNobody() throws Exception {
    int self = (int) ProcessHandle.current().pid();
    assertThat(NetworkBytes.of(self)).isEqualTo(NetworkBytes.NONE);
    assertThat(NetworkBytes.of(Integer.MAX_VALUE)).isEqualTo(NetworkBytes.NONE);
  }
}
