package io.lighter.bench.proxy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Tier two: the client is in a cgroup whose connections to an address that no machine has are made
 * to the server.
 */
record KernelSubject(List<String> java, Path cgroup) implements ProxySubject {
  private static final String ADDRESS = "10.96.0.99";

  @Override
  public String name() {
    return "lighter ebpf";
  }

  @Override
  public String description() {
    return "`lighter proxy`, tier two: the kernel connects the client to the server";
  }

  @Override
  public List<String> command(Path folder, List<PortPair> ports) throws IOException {
    StringBuilder text = new StringBuilder("tier: ebpf\ncgroup: %s\nservices:\n".formatted(cgroup));
    for (PortPair pair : ports) {
      text.append(
          "  s%1$d: {listen: '%3$s:%1$d', endpoints: ['127.0.0.1:%2$d']}\n"
              .formatted(pair.front(), pair.back(), ADDRESS));
    }
    Path file = folder.resolve("ebpf.conf");
    Files.writeString(file, text);
    List<String> command = new ArrayList<>(java);
    command.addAll(List.of("proxy", "--config", file.toString()));
    return command;
  }

  @Override
  public String address(PortPair ports) {
    return ADDRESS;
  }

  @Override
  public int port(PortPair ports) {
    return ports.front();
  }

  @Override
  public List<String> clientPrefix() {
    return List.of("sh", "-c", "echo $$ > " + cgroup + "/cgroup.procs && exec \"$@\"", "sh");
  }
}
