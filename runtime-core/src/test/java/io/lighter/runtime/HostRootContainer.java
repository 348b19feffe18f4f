package io.lighter.runtime;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.runtime.spec.DefaultContainer;
import io.lighter.runtime.spec.LinuxConfig;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.Root;
import io.lighter.runtime.spec.Spec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/** Containers over the machine's own root, each of which runs one command and tells its output. */
final class HostRootContainer {
  private final Path folder;

  /**
   * Prepares runs.
   *
   * @param folder an empty folder where their state and output may lie
   */
  HostRootContainer(Path folder) {
    this.folder = folder;
  }

  static Spec spec(
      Consumer<Process.Draft> process, Consumer<LinuxConfig.Draft> linux, String... command) {
    Spec spec = DefaultContainer.of(new Root("/", false), List.of(command), null);
    return spec.with(
        s -> {
          s.process = Objects.requireNonNull(spec.process()).with(process);
          s.linux = spec.linuxOrEmpty().with(linux);
        });
  }

  RuntimeConfig config() {
    return RuntimeConfig.of(folder.resolve("state"));
  }

  String run(Spec spec) throws IOException {
    return run(spec, config());
  }

  /** Returns what the command has written on either stream. */
  String run(Spec spec, RuntimeConfig config) throws IOException {
    Path out = folder.resolve("out");
    int flags = Fcntl.O_WRONLY | Fcntl.O_CREAT | Fcntl.O_TRUNC | Fcntl.O_APPEND;
    try (ContainerRuntime runtime = ContainerRuntime.open(config);
        RootFileSystem root = RootFileSystem.overlay(List.of(Path.of("/")));
        PreparedContainer prepared = runtime.prepare(spec, root);
        Fd nothing =
            Linux.kernel().files().openat(Fd.WORKING_FOLDER, "/dev/null", Fcntl.O_RDWR, 0);
        Fd output = Linux.kernel().files().openat(Fd.WORKING_FOLDER, out.toString(), flags, 0600);
        Container container = prepared.start(new Stdio(nothing, output, output))) {
      container.waitFor();
      return Files.readString(out);
    }
  }
}
