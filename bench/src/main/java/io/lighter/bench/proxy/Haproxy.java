package io.lighter.bench.proxy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * HAProxy.
 *
 * @param version of it
 * @param connections that it must be able to have at a time
 */
record Haproxy(String version, int connections) implements ProxySubject {
  static final String NAME = "haproxy";

  private static final String HEAD =
      """
      global
        nbthread 1
        maxconn CONNECTIONS
        maxpipes 64
        stats socket SOCKET level admin
      defaults
        mode tcp
        option splice-auto
        option redispatch 1
        retries 3
        timeout connect 5s
        timeout check 1s
        timeout client 1h
        timeout server 1h
        default-server inter 200ms fall 2 rise 1
      """;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return version
        + ", one thread, `option splice-auto`; its configuration changes through its socket";
  }

  @Override
  public Balancer start(Programs programs, Site site, Path folder, List<Route> routes)
      throws IOException, InterruptedException {
    Path file = folder.resolve("haproxy.cfg");
    Path socket = folder.resolve("haproxy.sock");
    Path log = folder.resolve("haproxy.log");
    Files.writeString(file, config(socket, routes));
    List<String> command = List.of("haproxy", "-f", file.toString());
    Process process =
        Programs.builder(site, Site.Role.BALANCER, command)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    Running running = new Running(process, socket, routes);
    boolean done = false;
    try {
      Programs.awaitPorts(process, routes.stream().map(Route::port).toList());
      done = true;
      return running;
    } finally {
      if (!done) {
        running.close();
        System.err.println("haproxy said: " + Files.readString(log));
      }
    }
  }

  String config(Path socket, List<Route> routes) {
    StringBuilder text =
        new StringBuilder(
            HEAD.replace("CONNECTIONS", String.valueOf(connections))
                .replace("SOCKET", socket.toString()));
    for (Route route : routes) {
      text.append("listen ").append(route.name()).append("\n  bind ").append(route.front());
      text.append(" backlog 4096\n");
      for (int i = 0; i < route.backs().size(); i++) {
        text.append("  server s").append(i).append(' ').append(route.backs().get(i));
        text.append(route.checked() ? " check\n" : "\n");
      }
    }
    return text.toString();
  }

  private record Running(Process process, Path socket, List<Route> routes) implements Balancer {
    @Override
    public boolean chooses() {
      return true;
    }

    @Override
    public void change(boolean both) throws IOException {
      int last =
          routes.stream()
                  .filter(route -> route.name().equals(Route.PAIR))
                  .mapToInt(route -> route.backs().size())
                  .sum()
              - 1;
      String said =
          ask("set server %s/s%d state %s\n".formatted(Route.PAIR, last, both ? "ready" : "drain"));
      if (!said.isBlank()) {
        throw new IOException("haproxy does not change: " + said.strip());
      }
    }

    private String ask(String request) throws IOException {
      try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
        channel.connect(UnixDomainSocketAddress.of(socket));
        channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8)));
        ByteBuffer answer = ByteBuffer.allocate(4096);
        while (channel.read(answer) >= 0 && answer.hasRemaining()) {
          // It closes when it has said all.
        }
        return new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8);
      }
    }

    @Override
    public void close() {
      Programs.end(process);
    }
  }
}
