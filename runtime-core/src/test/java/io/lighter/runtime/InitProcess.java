package io.lighter.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.linux.Linux;
import io.lighter.linux.PidFd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/** The executable of {@link ContainerInit} as an ordinary process of this machine. */
record InitProcess(Path file) {
  /** What came of a process; its two outputs are one. */
  record Outcome(int status, String output) {}

  static InitProcess in(Path folder) throws IOException {
    InitProcess init = new InitProcess(folder.resolve("init"));
    ContainerInit.writeTo(init.file);
    return init;
  }

  Process start(Consumer<ProcessBuilder> change, String... command) throws IOException {
    List<String> line = new ArrayList<>(List.of(file.toString(), "--"));
    line.addAll(Arrays.asList(command));
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    change.accept(builder);
    return builder.start();
  }

  Outcome run(String... command) throws Exception {
    return outcome(start(builder -> {}, command));
  }

  Outcome runWithPath(String path, String... command) throws Exception {
    return outcome(start(builder -> builder.environment().put("PATH", path), command));
  }

  static Outcome outcome(Process process) throws Exception {
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Outcome(process.waitFor(), output);
  }

  static void signal(Process process, int signal) {
    try (PidFd fd = Linux.kernel().processes().pidfdOpen((int) process.pid())) {
      assertThat(fd).isNotNull();
      assertThat(Linux.kernel().processes().signal(Objects.requireNonNull(fd), signal)).isTrue();
    }
  }

  static Path script(Path folder, String name, String text, String permissions) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }
}
