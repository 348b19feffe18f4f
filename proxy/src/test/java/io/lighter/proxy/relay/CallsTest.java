package io.lighter.proxy.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lighter.linux.Linux;
import io.lighter.linux.SystemCall;
import io.lighter.proxy.service.Behaviour;
import java.io.IOException;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a connection of one round trip asks of the kernel. */
@Timeout(60)
class CallsTest {
  private static final int CONNECTIONS = 50;

  private final CountedSystemCalls calls = new CountedSystemCalls(Linux.kernel().calls());

  private void askAll(Rig rig) throws IOException {
    long before = rig.statistics().accepted();
    for (int i = 0; i < CONNECTIONS; i++) {
      try (Socket client = rig.connect()) {
        client.getOutputStream().write('x');
        assertThat(Rig.name(client)).isEqualTo('a');
        assertThat(Rig.name(client)).isEqualTo('x');
      }
    }
    await().until(() -> rig.statistics().active() == 0);
    assertThat(rig.statistics().accepted() - before).isEqualTo(CONNECTIONS);
  }

  @Test
  void shouldMakeNoCallInVain() throws Exception {
    try (Rig rig = new Rig(new Linux(calls), 1)) {
      rig.apply(Behaviour.DEFAULT, rig.server('a').endpoint());
      askAll(rig);
      calls.clear();

      askAll(rig);

      // An accept that finds nobody costs as much as one that does.
      assertThat(calls.count(SystemCall.ACCEPT4)).isEqualTo(CONNECTIONS);
      assertThat(calls.count(SystemCall.SOCKET)).isEqualTo(CONNECTIONS);
      assertThat(calls.count(SystemCall.CONNECT)).isEqualTo(CONNECTIONS);
      assertThat(calls.count(SystemCall.EPOLL_CTL)).isEqualTo(2 * CONNECTIONS);
      assertThat(calls.count(SystemCall.CLOSE)).isEqualTo(2 * CONNECTIONS);
      // One direction is ended for the other side to see, and the other with the close.
      assertThat(calls.count(SystemCall.SHUTDOWN)).isEqualTo(CONNECTIONS);
      // How many wait, once for each time that somebody does; and no error is asked for.
      assertThat(calls.count(SystemCall.GETSOCKOPT)).isBetween(1, CONNECTIONS);
      // Two, and a third where the client has spoken before the endpoint was asked.
      assertThat(calls.count(SystemCall.SETSOCKOPT)).isBetween(2 * CONNECTIONS, 3 * CONNECTIONS);
      assertThat(calls.count(SystemCall.SENDTO)).isBetween(2 * CONNECTIONS, 3 * CONNECTIONS);
    }
  }
}
