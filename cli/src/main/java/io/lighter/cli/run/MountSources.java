package io.lighter.cli.run;

import io.lighter.cli.flags.UsageException;
import io.lighter.cli.options.MountRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Sees to the sources of bind mounts on the host before a start. */
public final class MountSources {
  private MountSources() {}

  /**
   * Makes the folders that {@code -v} binds and that are missing, and refuses other missing sources
   * by name.
   *
   * @throws UsageException if a source is missing or cannot be made
   */
  public static void prepare(List<MountRequest> requests) {
    for (MountRequest request : requests) {
      String source = request.mount().source();
      if (request.source() == MountRequest.Source.NONE || source == null) {
        continue;
      }
      if (request.relabel() && Files.exists(Path.of("/sys/fs/selinux/enforce"))) {
        throw new UsageException(
            "the options z and Z of -v are not supported yet where SELinux is on; label "
                + source
                + " with chcon instead");
      }
      if (!Files.exists(Path.of(source))) {
        supply(request, source);
      }
    }
  }

  private static void supply(MountRequest request, String source) {
    if (request.source() == MountRequest.Source.REQUIRED) {
      throw new UsageException(
          "invalid mount config for type \"bind\": bind source path does not exist: " + source);
    }
    try {
      Files.createDirectories(Path.of(source));
    } catch (IOException e) {
      throw new UsageException(
          "the folder " + source + " to bind does not exist and cannot be made: " + e);
    }
  }
}
