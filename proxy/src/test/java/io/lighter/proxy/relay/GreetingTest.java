package io.lighter.proxy.relay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.linux.Linux;
import io.lighter.proxy.service.AddressRange;
import io.lighter.proxy.service.Behaviour;
import io.lighter.proxy.service.Endpoint;
import io.lighter.proxy.service.Frontend;
import io.lighter.proxy.service.ProxyHeaders;
import io.lighter.proxy.service.ProxyHeaders.Version;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.Transport;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.Resource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PROXY headers, and the names of TLS servers. */
@ExtendWith(JdkSockets.class)
@LeavesNothing(except = {Resource.CGROUP, Resource.NETWORK_NAMESPACE})
class GreetingTest {
  private static final String HEADER = "PROXY TCP4 192.0.2.1 198.51.100.2 1000 2000\r\n";

  private static Behaviour headers(boolean receive, Version send) {
    return Behaviour.DEFAULT.with(new ProxyHeaders(receive, send));
  }

  private static void say(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
  }

  private static String hear(Socket socket, int bytes) throws IOException {
    return new String(socket.getInputStream().readNBytes(bytes), ISO_8859_1);
  }

  private static ServerSocket listen() throws IOException {
    return new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
  }

  @Test
  void shouldTellAnEndpointWhoTheClientIs() throws Exception {
    try (Rig rig = new Rig();
        ServerSocket server = listen()) {
      rig.apply(headers(false, Version.V1), new Endpoint(server.getLocalSocketAddress()));
      try (Socket client = rig.connect()) {
        say(client, "hello");
        try (Socket accepted = server.accept()) {
          String header =
              "PROXY TCP4 127.0.0.1 127.0.0.1 %d %d\r\n"
                  .formatted(client.getLocalPort(), rig.front.getPort());
          assertThat(hear(accepted, header.length() + 5)).isEqualTo(header + "hello");
        }
      }
    }
  }

  @Test
  void shouldPassOnWhatItWasToldEvenByteByByte() throws Exception {
    try (Rig rig = new Rig();
        ServerSocket server = listen()) {
      rig.apply(headers(true, Version.V1), new Endpoint(server.getLocalSocketAddress()));
      try (Socket client = rig.connect()) {
        for (int i = 0; i < HEADER.length(); i++) {
          say(client, HEADER.substring(i, i + 1));
        }
        say(client, "hello");
        try (Socket accepted = server.accept()) {
          assertThat(hear(accepted, HEADER.length() + 5)).isEqualTo(HEADER + "hello");
          say(accepted, "back");
          assertThat(hear(client, 4)).isEqualTo("back");
        }
      }
      rig.apply(headers(true, Version.V2), new Endpoint(server.getLocalSocketAddress()));
      try (Socket client = rig.connect()) {
        say(client, HEADER);
        try (Socket accepted = server.accept()) {
          assertThat(hear(accepted, 28))
              .isEqualTo("\r\n\r\n\0\r\nQUIT\n\41\21\0\14" + "\300\0\2\1\306\63\144\2\3\350\7\320");
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET / HTTP/1.1\r\n", "PROXY TCP4 1.2.3.4\r\n", "PROXY UNKNOWN \n"})
  void shouldResetWhoDoesNotBeginWithAHeader(String words) throws Exception {
    try (Rig rig = new Rig()) {
      rig.apply(headers(true, Version.NONE), rig.server('a').endpoint());
      try (Socket client = rig.connect()) {
        say(client, words);
        assertThat(Rig.name(client)).isEqualTo('-');
      }
      try (Socket client = rig.connect()) {
        say(client, "PROXY ");
        client.shutdownOutput();
        assertThat(Rig.name(client)).isEqualTo('-');
      }
      try (Socket client = rig.connect()) {
        say(client, "PROXY UNKNOWN\r\n");
        assertThat(Rig.name(client)).isEqualTo('a');
      }
      assertThat(rig.relay.statistics().strangers()).isEqualTo(2);
    }
  }

  @Test
  void shouldJudgeAClientByItsHeader() throws Exception {
    try (Rig rig = new Rig()) {
      AddressRange range = new AddressRange(InetAddress.ofLiteral("192.0.2.0"), 24);
      rig.apply(
          headers(true, Version.NONE).withSources(List.of(range)), rig.server('a').endpoint());
      try (Socket client = rig.connect()) {
        say(client, HEADER);
        assertThat(Rig.name(client)).isEqualTo('a');
      }
      try (Socket client = rig.connect()) {
        say(client, HEADER.replace("192.0.2.1", "192.0.3.1"));
        assertThat(Rig.name(client)).isEqualTo('-');
      }
    }
  }

  private static Service named(Rig rig, String name, Endpoint endpoint, String... serverNames) {
    return new Service(
        name,
        List.of(new Frontend(Transport.TCP, rig.front, Set.of(serverNames))),
        List.of(endpoint),
        Behaviour.DEFAULT);
  }

  private static char askFor(Rig rig, byte[] hello, int cut) throws Exception {
    try (Socket client = rig.connect()) {
      client.getOutputStream().write(hello, 0, cut);
      client.getOutputStream().write(hello, cut, hello.length - cut);
      char name = Rig.name(client);
      if (name >= 'a') {
        // The server got every byte of it, and sends it back.
        assertThat(client.getInputStream().readNBytes(hello.length)).isEqualTo(hello);
      }
      return name;
    }
  }

  @Test
  void shouldGoByTheNameOfTheServer() throws Exception {
    try (Rig rig = new Rig()) {
      Endpoint a = rig.server('a').endpoint();
      Endpoint b = rig.server('b').endpoint();
      Endpoint c = rig.server('c').endpoint();
      rig.apply(
          named(rig, "one", a, "a.example", "Mixed.example"), named(rig, "two", b, "*.b.example"));
      assertThat(askFor(rig, ClientHelloTest.real("a.example"), 100)).isEqualTo('a');
      assertThat(askFor(rig, ClientHelloTest.real("mixed.EXAMPLE"), 1)).isEqualTo('a');
      assertThat(askFor(rig, ClientHelloTest.real("x.b.example"), 6)).isEqualTo('b');
      for (String other : List.of("b.example", "y.x.b.example", "c.example", "")) {
        assertThat(askFor(rig, ClientHelloTest.real(other), 0)).as(other).isEqualTo('-');
      }
      assertThat(askFor(rig, "GET / HTTP/1.1\r\n\r\n".getBytes(ISO_8859_1), 0)).isEqualTo('-');

      rig.apply(named(rig, "one", a, "a.example"), named(rig, "rest", c));
      assertThat(askFor(rig, ClientHelloTest.real("a.example"), 0)).isEqualTo('a');
      assertThat(askFor(rig, ClientHelloTest.real("c.example"), 0)).isEqualTo('c');
      assertThat(askFor(rig, "GET / HTTP/1.1\r\n\r\n".getBytes(ISO_8859_1), 0)).isEqualTo('c');
    }
  }

  @Test
  void shouldNotWaitForEverForAName() throws Exception {
    try (Rig rig =
        new Rig(Linux.kernel(), config -> config.withGreetingTimeout(Duration.ofMillis(100)))) {
      Endpoint a = rig.server('a').endpoint();
      rig.apply(named(rig, "one", a, "a.example"));
      assertThat(rig.ask()).isEqualTo('-');
      // Where the server may be the one that begins, it is given the chance.
      rig.apply(named(rig, "one", a, "a.example"), named(rig, "rest", a));
      assertThat(rig.ask()).isEqualTo('a');
    }
  }

  @Test
  void shouldRefuseServicesOfOneAddressThatDoNotAgree() throws Exception {
    try (Rig rig = new Rig()) {
      Endpoint a = rig.server('a').endpoint();
      Service one = named(rig, "one", a, "a.example");
      Service two = named(rig, "two", a, "A.EXAMPLE");
      assertThatThrownBy(() -> rig.apply(one, two)).hasMessageContaining("one and two are both at");
      Service three =
          new Service("three", one.frontends(), one.endpoints(), headers(true, Version.NONE));
      assertThatThrownBy(() -> rig.apply(named(rig, "two", a), three))
          .hasMessageContaining("only one of them expects PROXY headers");
    }
  }
}
