package io.lighter.runtime.logs;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Holds what survives a {@link MortalDaemon}: the container's pipes and the commit points. */
final class TestKeeper implements AutoCloseable {
  private static final int POINTS = 4;

  final TestPipe out;
  final TestPipe err;
  private final List<CommitPoint> points = new ArrayList<>();

  TestKeeper(Linux linux) {
    out = new TestPipe(linux);
    err = new TestPipe(linux);
    for (int i = 0; i < POINTS; i++) {
      points.add(CommitPoint.open(linux));
    }
  }

  /** Starts a daemon and waits until it takes the log. */
  Process start(String sink, Path log, String... jvmOptions) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
            "-Xmx64m"));
    command.addAll(List.of(jvmOptions));
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            MortalDaemon.class.getName(),
            Long.toString(ProcessHandle.current().pid()),
            sink,
            log.toString(),
            number(out.read()),
            number(err.read())));
    for (CommitPoint point : points) {
      command.add(number(point.pipe().read()));
      command.add(number(point.pipe().write()));
      command.add(number(point.record()));
    }
    Process daemon =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (BufferedReader output = daemon.inputReader()) {
      assertThat(output.readLine()).isEqualTo("ready");
    }
    return daemon;
  }

  private static String number(Fd fd) {
    return Path.of(fd.procPath()).getFileName().toString();
  }

  @Override
  public void close() {
    out.close();
    err.close();
    points.forEach(CommitPoint::close);
  }
}
