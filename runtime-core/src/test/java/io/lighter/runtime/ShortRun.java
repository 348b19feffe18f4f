package io.lighter.runtime;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.runtime.spec.DefaultContainer;
import io.lighter.runtime.spec.Mount;
import io.lighter.runtime.spec.Root;
import io.lighter.runtime.spec.Spec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A container that runs a script and ends, with what it wrote. */
public record ShortRun(int status, String output) {

  /** Returns Docker's default container with a shell script, and more mounts. */
  public static Spec shell(String script, Mount... mounts) {
    return DefaultContainer.of(new Root("/", false), List.of("sh", "-c", script), null)
        .with(
            s -> {
              List<Mount> all = new ArrayList<>(s.mounts);
              all.addAll(List.of(mounts));
              s.mounts = all;
            });
  }

  /** Returns a bind mount. */
  public static Mount bind(Path source, String destination, String... options) {
    List<String> all = new ArrayList<>(List.of(options));
    if (!all.contains("rbind")) {
      all.add("bind");
    }
    return new Mount(destination, "bind", source.toString(), all);
  }

  /** Runs over the host's root, with the folders given on top of it. */
  public static ShortRun overHost(Path folder, Spec spec, Path... layers) {
    List<Path> all = new ArrayList<>(List.of(layers));
    all.add(Path.of("/"));
    try (RootFileSystem root = RootFileSystem.overlay(all)) {
      return run(folder, spec, root);
    }
  }

  /**
   * Runs a container.
   *
   * @param folder for the runtime's state and the output
   */
  public static ShortRun run(Path folder, Spec spec, RootFileSystem root) {
    try (ContainerRuntime runtime =
            ContainerRuntime.open(RuntimeConfig.of(folder.resolve("state")));
        PreparedContainer prepared = runtime.prepare(spec, root)) {
      return run(folder, prepared);
    }
  }

  /** Runs a container that is prepared. */
  public static ShortRun run(Path folder, PreparedContainer prepared) {
    Path out = folder.resolve("out");
    int flags = Fcntl.O_WRONLY | Fcntl.O_CREAT | Fcntl.O_TRUNC | Fcntl.O_APPEND;
    Linux linux = Linux.kernel();
    try (Fd output = linux.files().openat(Fd.WORKING_FOLDER, out.toString(), flags, 0600);
        Stdio nothing = Stdio.discard();
        Container container = prepared.start(new Stdio(nothing.stdin(), output, output))) {
      int status = container.waitFor().shellStatus();
      return new ShortRun(status, Files.readString(out));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes a folder with all that is in it. */
  public static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
