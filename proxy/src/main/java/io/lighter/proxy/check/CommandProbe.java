package io.lighter.proxy.check;

import io.lighter.proxy.service.HealthCheck;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A check by a command of the host. */
final class CommandProbe {
  private CommandProbe() {}

  /** Returns null when it ends with 0 in time, or what is wrong. */
  static @Nullable String run(HealthCheck.Command command, SocketAddress endpoint, Duration timeout)
      throws InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command.arguments())
            .redirectInput(Redirect.from(new File("/dev/null")))
            .redirectOutput(Redirect.DISCARD)
            .redirectError(Redirect.DISCARD);
    Map<String, String> environment = builder.environment();
    if (endpoint instanceof InetSocketAddress inet) {
      environment.put("LIGHTER_ENDPOINT_ADDRESS", inet.getAddress().getHostAddress());
      environment.put("LIGHTER_ENDPOINT_PORT", String.valueOf(inet.getPort()));
    } else {
      environment.put("LIGHTER_ENDPOINT_ADDRESS", endpoint.toString());
      environment.put("LIGHTER_ENDPOINT_PORT", "");
    }
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      return "the command cannot be run: " + e.getMessage();
    }
    try {
      if (!process.waitFor(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
        return "the command has not ended within " + timeout.toMillis() + " ms";
      }
      return process.exitValue() == 0 ? null : "the command ended with " + process.exitValue();
    } finally {
      kill(process);
    }
  }

  /** Also its children, which otherwise would be left when it is killed. */
  private static void kill(Process process) {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
  }
}
