package io.lighter.cli.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.cli.OurProgram;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ProxyCommandTest {
  @TempDir private Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... arguments) {
    return new ProxyCommand(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8))
        .run(arguments);
  }

  private Path write(String text) throws IOException {
    // Tier two, by default, would be for all processes of the machine.
    return Files.writeString(folder.resolve("proxy.yaml"), text + "\ntier: epoll\n");
  }

  @Test
  void shouldCheckAFile() throws Exception {
    String file = write("services: {web: {listen: '127.0.0.1:80', endpoints: []}}").toString();
    assertThat(run("--config", file, "--check")).isZero();
    assertThat(out.toString(UTF_8)).contains("nothing is wrong; services: 1");
    write("services: {web: {listen: '127.0.0.1:80', endpoint: []}}");
    assertThat(run("-c", file, "--check")).isEqualTo(1);
    assertThat(err.toString(UTF_8)).contains("proxy.yaml:1:", "did you mean endpoints?");
  }

  @Test
  void shouldNameWhatIsWrongWithTheCommand() {
    assertThat(run()).isEqualTo(125);
    assertThat(err.toString(UTF_8)).contains("--config FILE");
    assertThat(run("--config", folder + "/none")).isEqualTo(1);
    assertThat(err.toString(UTF_8)).contains("none");
    assertThat(run("--confg", "x")).isEqualTo(125);
    assertThat(run("--help")).isZero();
    assertThat(out.toString(UTF_8)).contains("Usage:  lighter proxy", "--check");
  }

  /** As a process: what signals do. */
  @Test
  void shouldReloadAtSighupAndEndAtSigterm() throws Exception {
    try (ServerSocket a = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        ServerSocket b = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      int port = freePort();
      String text = "services: {web: {listen: '127.0.0.1:%d', endpoints: ['127.0.0.1:%d']}}";
      Path file = write(text.formatted(port, a.getLocalPort()));
      Process process = start(file);
      try (BufferedReader said = process.inputReader();
          BufferedReader complained = process.errorReader()) {
        assertThat(said.readLine()).isEqualTo("balancing 1 services");
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
            Socket accepted = a.accept()) {
          write(text.formatted(port, b.getLocalPort()));
          signal(process, "HUP");
          assertThat(complained.readLine()).contains("reloaded " + file);
          // Who was connected before stays so.
          client.getOutputStream().write('x');
          assertThat(accepted.getInputStream().read()).isEqualTo('x');
        }
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
            Socket accepted = b.accept()) {
          signal(process, "TERM");
          assertThat(process.waitFor(200, TimeUnit.MILLISECONDS)).isFalse();
          accepted.getOutputStream().write('y');
          assertThat(client.getInputStream().read()).isEqualTo('y');
        }
        assertThat(process.waitFor()).isZero();
      } finally {
        process.destroyForcibly();
      }
    }
  }

  /** As processes: whoever is killed, and whenever, another serves. */
  @Test
  void shouldHandOverToTheNextProcessAndSurviveKills() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      int port = freePort();
      Path file =
          Files.writeString(
              folder.resolve("control.yaml"),
              """
              {services: {web: {listen: '127.0.0.1:%d', endpoints: ['127.0.0.1:%d']}}, control: %s,
               tier: epoll}
              """
                  .formatted(port, server.getLocalPort(), folder.resolve("control")));
      Process old = started(file);
      for (int delay = 100; old.isAlive() && delay < 1000; delay += 150) {
        Process killed = start(file);
        if (!killed.waitFor(delay, TimeUnit.MILLISECONDS)) {
          killed.destroyForcibly().waitFor();
        }
        try {
          exchange(port, server);
        } catch (ConnectException e) {
          // It was so quick that it had taken over already: then the old one ends in order.
          assertThat(old.waitFor()).isZero();
        }
      }
      old.destroyForcibly().waitFor();
      Process next = started(file);
      try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
          Socket accepted = server.accept()) {
        Process last = started(file);
        exchange(port, server);
        assertThat(next.isAlive()).as("it has a connection").isTrue();
        client.getOutputStream().write('x');
        assertThat(accepted.getInputStream().read()).isEqualTo('x');
        accepted.shutdownOutput();
        client.shutdownOutput();
        assertThat(next.waitFor()).isZero();
        exchange(port, server);
        signal(last, "TERM");
        assertThat(last.waitFor()).isZero();
      } finally {
        next.destroyForcibly();
      }
      assertThat(folder.resolve("control")).doesNotExist();
    }
  }

  private static void exchange(int port, ServerSocket server) throws IOException {
    try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
        Socket accepted = server.accept()) {
      accepted.getOutputStream().write('y');
      assertThat(client.getInputStream().read()).isEqualTo('y');
    }
  }

  private static Process started(Path file) throws IOException {
    Process process = start(file);
    assertThat(process.inputReader().readLine()).isEqualTo("balancing 1 services");
    return process;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static Process start(Path file) throws IOException {
    // As nohup(1) and some supervisors start it: to a server SIGHUP is a command all the same.
    List<String> command = new ArrayList<>(List.of("sh", "-c", "trap '' HUP; exec \"$@\"", "sh"));
    command.addAll(OurProgram.command());
    command.addAll(List.of("proxy", "--config", file.toString()));
    return new ProcessBuilder(command).start();
  }

  private static void signal(Process process, String name) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, "" + process.pid()).start();
    assertThat(kill.waitFor()).isZero();
  }
}
