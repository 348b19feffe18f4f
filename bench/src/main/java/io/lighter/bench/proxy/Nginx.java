package io.lighter.bench.proxy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * nginx with its stream module.
 *
 * @param version of it
 * @param connections that it must be able to have at a time
 */
record Nginx(String version, int connections) implements ProxySubject {
  private static final String HEAD =
      """
      load_module /usr/lib/nginx/modules/ngx_stream_module.so;
      daemon off;
      user root;
      worker_processes 1;
      worker_rlimit_nofile CONNECTIONS;
      pid FOLDER/nginx.pid;
      error_log LOG notice;
      events { worker_connections CONNECTIONS; }
      stream {
        tcp_nodelay on;
        proxy_buffer_size 64k;
        proxy_timeout 1h;
      """;

  private static final String RELOADED = "start worker process ";

  /** Its worker would outlive a master that is killed, but for a namespace of their own. */
  private static final List<String> OWN_PROCESSES =
      List.of("unshare", "--pid", "--fork", "--kill-child");

  private static final long LONGEST_MILLIS = 5_000;

  @Override
  public String name() {
    return "nginx";
  }

  @Override
  public String description() {
    return version
        + ", the stream module, one worker, buffers of 64k; no active checks, and its"
        + " configuration changes by SIGHUP";
  }

  @Override
  public Balancer start(Programs programs, Site site, Path folder, List<Route> routes)
      throws IOException, InterruptedException {
    Path file = folder.resolve("nginx.conf");
    Path log = folder.resolve("nginx.log");
    Files.writeString(file, config(folder, log, routes));
    Files.deleteIfExists(log);
    List<String> command = new ArrayList<>(OWN_PROCESSES);
    command.addAll(List.of("nginx", "-p", folder.toString(), "-c", file.toString()));
    Process process =
        Programs.builder(site, Site.Role.BALANCER, command)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    Running running = new Running(process, folder, log, routes);
    boolean done = false;
    try {
      Programs.awaitPorts(process, routes.stream().map(Route::port).toList());
      done = true;
      return running;
    } finally {
      if (!done) {
        running.close();
        System.err.println("nginx said: " + (Files.exists(log) ? Files.readString(log) : ""));
      }
    }
  }

  String config(Path folder, Path log, List<Route> routes) {
    StringBuilder text =
        new StringBuilder(
            HEAD.replace("CONNECTIONS", String.valueOf(2 * connections))
                .replace("FOLDER", folder.toString())
                .replace("LOG", log.toString()));
    for (Route route : routes) {
      text.append("  upstream ").append(route.name()).append(" {");
      route.backs().forEach(back -> text.append(" server ").append(back).append(';'));
      text.append(" }\n  server { listen ").append(route.front());
      text.append(" backlog=4096; proxy_pass ").append(route.name()).append("; }\n");
    }
    return text.append("}\n").toString();
  }

  private final class Running implements Balancer {
    private final Process process;
    private final Path folder;
    private final Path log;
    private final List<Route> routes;

    Running(Process process, Path folder, Path log, List<Route> routes) {
      this.process = process;
      this.folder = folder;
      this.log = log;
      this.routes = routes;
    }

    @Override
    public Process process() {
      return process;
    }

    @Override
    public boolean chooses() {
      return true;
    }

    @Override
    public void change(boolean both) throws IOException, InterruptedException {
      Path file = folder.resolve("nginx.conf");
      Files.writeString(file, config(folder, log, Pair.changed(routes, both)));
      long before = Files.size(log);
      Pair.reload(master());
      long end = System.nanoTime() + LONGEST_MILLIS * 1_000_000;
      while (!since(before).contains(RELOADED)) {
        if (System.nanoTime() > end) {
          throw new IOException("nginx does not read its configuration again");
        }
        Thread.sleep(1);
      }
    }

    private long master() throws IOException {
      return process
          .children()
          .findFirst()
          .orElseThrow(() -> new IOException("nginx has ended"))
          .pid();
    }

    private String since(long position) throws IOException {
      try (SeekableByteChannel lines = Files.newByteChannel(log)) {
        ByteBuffer added = ByteBuffer.allocate((int) Math.max(0, lines.size() - position));
        lines.position(position).read(added);
        return new String(added.array(), 0, added.position(), StandardCharsets.UTF_8);
      }
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }
}
