package io.lighter.bench.proxy;

import io.lighter.bench.report.ProxyData;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code lighter proxy}, by one of its tiers.
 *
 * @param command that runs {@code lighter}
 * @param cgroup whose processes tier two serves; null for tier one
 * @param turbo whether messages skip TCP
 */
record Lighter(List<String> command, @Nullable Path cgroup, boolean turbo) implements ProxySubject {
  /** An address that nobody has: only the kernel can lead to a server from there. */
  private static final String VIRTUAL = "10.96.0.99";

  @Override
  public String name() {
    if (cgroup == null) {
      return "lighter";
    }
    return turbo ? "lighter turbo" : "lighter ebpf";
  }

  @Override
  public String description() {
    if (cgroup == null) {
      return "`lighter proxy`, tier one, one thread, with the options of the JVM that the launcher"
          + " gives";
    }
    return turbo
        ? "tier two with `turbo`: once connected, messages skip TCP"
        : "`lighter proxy`, tier two: the kernel connects the client to the server";
  }

  /** Without devices between them, which skipped bytes would not pass anyway. */
  @Override
  public boolean isAt(String site) {
    return !turbo || site.equals(ProxyData.LOOPBACK);
  }

  /** Both ends of a connection have to be in its cgroup, servers before they listen. */
  @Override
  public boolean isAlone() {
    return turbo;
  }

  @Override
  public Balancer start(Programs programs, Site site, Path folder, List<Route> routes)
      throws IOException {
    Path file = folder.resolve(name().replace(' ', '-') + ".yaml");
    Files.writeString(file, config(routes));
    List<String> whole = new ArrayList<>(command);
    whole.addAll(List.of("proxy", "--config", file.toString()));
    Process process =
        Programs.builder(site, Site.Role.BALANCER, whole).redirectErrorStream(true).start();
    Running running = new Running(file, routes, process, process.inputReader());
    try {
      running.await("balancing ");
      return running;
    } catch (IOException e) {
      running.close();
      throw e;
    }
  }

  String config(List<Route> routes) {
    StringBuilder text =
        new StringBuilder(
            cgroup == null ? "tier: epoll\nthreads: 1\n" : "tier: ebpf\ncgroup: " + cgroup + "\n");
    text.append("grace: 1s\n");
    text.append(turbo ? "defaults: {turbo: true}\n" : "").append("services:\n");
    for (Route route : routes) {
      text.append("  ").append(route.name()).append(":\n    listen: '").append(front(route));
      text.append("'\n    endpoints: ['").append(String.join("', '", route.backs()));
      text.append("']\n");
      if (route.checked()) {
        text.append("    check: {tcp: true, interval: 200ms, timeout: 1s, rise: 1, fall: 2}\n");
      }
    }
    return text.toString();
  }

  private String front(Route route) {
    return cgroup == null ? route.front() : VIRTUAL + ":" + route.port();
  }

  private final class Running implements Balancer {
    private final Path file;
    private final List<Route> routes;
    private final Process process;
    private final BufferedReader says;

    Running(Path file, List<Route> routes, Process process, BufferedReader says) {
      this.file = file;
      this.routes = routes;
      this.process = process;
      this.says = says;
    }

    private void await(String begin) throws IOException {
      StringBuilder before = new StringBuilder();
      String line = says.readLine();
      while (line != null && !line.startsWith(begin)) {
        before.append(line).append('\n');
        line = line.contains("not reloaded") ? null : says.readLine();
      }
      if (line == null) {
        throw new IOException(name() + " did not say '" + begin + "': " + before);
      }
    }

    @Override
    public String front(Route route) {
      return Lighter.this.front(route);
    }

    @Override
    public @Nullable Process process() {
      return cgroup == null ? process : null;
    }

    @Override
    public boolean chooses() {
      return true;
    }

    @Override
    public void change(boolean both) throws IOException {
      Files.writeString(file, config(Pair.changed(routes, both)));
      Pair.reload(process.pid());
      await("lighter proxy: reloaded");
    }

    @Override
    public void close() {
      Programs.end(process);
    }
  }
}
