package io.lighter.cli.options;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.UsageException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that one {@code lighter run} was asked to do.
 *
 * @param source what to run on top of
 * @param process the process and its terminal
 * @param mounts files, devices and the root
 * @param resources limits
 * @param security capabilities and confinement
 * @param namespaces what is shared with the host, and names
 * @param lifecycle name, stop and what else concerns the run as a whole
 * @param unsaid what is left to the image
 * @param log what is to be kept of the output; null for nothing
 */
public record RunOptions(
    RootSource source,
    ProcessOptions process,
    MountOptions mounts,
    ResourceOptions resources,
    SecurityOptions security,
    NamespaceOptions namespaces,
    LifecycleOptions lifecycle,
    Unsaid unsaid,
    @Nullable LogRequest log) {

  /**
   * Reads the flags.
   *
   * @param folder the working folder that relative paths count from
   * @param environment where {@code --env NAME} takes its values
   * @throws UsageException if a value is not valid or flags exclude each other
   */
  public static RunOptions read(Flags flags, Path folder, Environment environment) {
    RootSource source = RootSource.read(flags, folder);
    if (source instanceof RootSource.Bundle) {
      refuseBesideBundle(flags);
    }
    RunOptions options =
        new RunOptions(
            source,
            ProcessOptions.read(flags, source, folder, environment),
            MountOptions.read(flags, folder),
            ResourceOptions.read(flags),
            SecurityOptions.read(flags),
            NamespaceOptions.read(flags),
            LifecycleOptions.read(flags),
            Unsaid.read(flags),
            LogRequest.read(flags, folder));
    return options;
  }

  RunOptions with(ProcessOptions newProcess, LifecycleOptions newLifecycle) {
    return new RunOptions(
        source, newProcess, mounts, resources, security, namespaces, newLifecycle, unsaid, log);
  }

  /** These options with other mounts. */
  public RunOptions with(MountOptions newMounts) {
    return new RunOptions(
        source, process, newMounts, resources, security, namespaces, lifecycle, unsaid, log);
  }

  /** A bundle says itself how it is run: a flag beside it would be contradicted or ignored. */
  private static void refuseBesideBundle(Flags flags) {
    for (String name : flags.names()) {
      switch (name) {
        case "bundle", "interactive", "tty", "sig-proxy", "name", "rm" -> {}
        case "stop-signal", "stop-timeout", "explain", "help" -> {}
        case "log-driver", "log-opt", "label" -> {}
        case "init" ->
            throw new UsageException(
                "--init cannot be used with --bundle: name an init, such as tini, first in the"
                    + " process.args of its config.json");
        default ->
            throw new UsageException(
                "--" + name + " cannot be used with --bundle: set it in the bundle's config.json");
      }
    }
    List<String> operands = flags.operands();
    if (!operands.isEmpty()) {
      throw new UsageException(
          "--bundle takes no command, '"
              + operands.get(0)
              + "' was given: set process.args in the bundle's config.json");
    }
  }
}
