package io.lighter.proxy.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.linux.Linux;
import io.lighter.proxy.service.Behaviour;
import io.lighter.proxy.service.Endpoint;
import io.lighter.proxy.service.Frontend;
import io.lighter.proxy.service.Service;
import io.lighter.proxy.service.ServiceTable;
import io.lighter.proxy.service.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;

/** A relay with one service and some servers; closing checks that the relay had no errors. */
final class Rig implements AutoCloseable {
  final Relay relay;
  final List<EchoServer> servers = new ArrayList<>();
  final InetSocketAddress front;
  private final Queue<Throwable> errors = new ConcurrentLinkedQueue<>();

  Rig() throws IOException {
    this(Linux.kernel(), 2);
  }

  Rig(Linux linux, int loops) throws IOException {
    this(linux, config -> config.withLoops(loops));
  }

  Rig(Linux linux, UnaryOperator<RelayConfig> config) throws IOException {
    this.front = freePort();
    this.relay = Relay.open(linux, config.apply(RelayConfig.of(errors::add)));
  }

  static InetSocketAddress freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return (InetSocketAddress) probe.getLocalSocketAddress();
    }
  }

  EchoServer server(char name) throws IOException {
    EchoServer server = new EchoServer(name);
    servers.add(server);
    return server;
  }

  void apply(Behaviour behaviour, Endpoint... endpoints) {
    apply(service(behaviour, endpoints));
  }

  Service service(Behaviour behaviour, Endpoint... endpoints) {
    return new Service(
        "web", List.of(new Frontend(Transport.TCP, front)), List.of(endpoints), behaviour);
  }

  void apply(Service... services) {
    assertThat(relay.apply(new ServiceTable(List.of(services)))).isEmpty();
  }

  Socket connect() throws IOException {
    Socket socket = new Socket(front.getAddress(), front.getPort());
    socket.setTcpNoDelay(true);
    return socket;
  }

  /** Connects, and returns who answered: the name of a server, or '-' after a reset. */
  char ask() throws IOException {
    try (Socket socket = connect()) {
      return name(socket);
    }
  }

  static char name(Socket socket) {
    try {
      int name = socket.getInputStream().read();
      return name < 0 ? '.' : (char) name;
    } catch (IOException e) {
      return '-';
    }
  }

  RelayStatistics.OfService statistics() {
    return relay.statistics().service("web");
  }

  @Override
  public void close() throws IOException {
    relay.close();
    for (EchoServer server : servers) {
      server.close();
    }
    assertThat(errors).isEmpty();
  }
}
