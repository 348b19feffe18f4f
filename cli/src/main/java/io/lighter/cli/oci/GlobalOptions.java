package io.lighter.cli.oci;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.UsageException;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What stands before the command.
 *
 * @param root folder of the containers' state, absolute
 * @param log file that gets errors and warnings too, or null
 * @param jsonLog whether that file is JSON lines and not logfmt
 * @param debug whether what is done is logged, too
 * @param systemdCgroup whether systemd makes the cgroups of new containers
 * @param criu the file of CRIU, or null to have it looked for
 * @param rootless whether less than root's rights must do
 */
record GlobalOptions(
    Path root,
    @Nullable Path log,
    boolean jsonLog,
    boolean debug,
    boolean systemdCgroup,
    @Nullable Path criu,
    RootlessMode rootless) {

  /**
   * Gives the flags their meaning.
   *
   * @param defaultRoot asked when no flag names the root
   */
  static GlobalOptions read(Flags flags, Path folder, Supplier<Path> defaultRoot) {
    String root = flags.last("root");
    boolean systemd = isSystemd(flags.last("cgroup-manager"));
    return new GlobalOptions(
        root == null ? defaultRoot.get() : folder.resolve(root).normalize(),
        log(flags.last("log"), folder),
        isJson(flags.last("log-format")),
        flags.isOn("debug", false),
        systemd || flags.isOn("systemd-cgroup", false),
        Paths.orNull(flags.last("criu"), folder),
        RootlessMode.parse(flags.last("rootless")));
  }

  private static @Nullable Path log(@Nullable String log, Path folder) {
    if (log == null || log.isEmpty()) {
      return null;
    }
    if (log.startsWith("journald:") || log.startsWith("syslog:")) {
      throw new UsageException("--log=" + log + " is not supported: name a file");
    }
    return folder.resolve(log.startsWith("file:") ? log.substring("file:".length()) : log);
  }

  private static boolean isJson(@Nullable String format) {
    return switch (format == null ? "text" : format) {
      case "text" -> false;
      case "json" -> true;
      default -> throw new UsageException("--log-format takes text or json, not " + format);
    };
  }

  private static boolean isSystemd(@Nullable String driver) {
    return switch (driver == null ? "cgroupfs" : driver) {
      case "cgroupfs" -> false;
      case "systemd" -> true;
      case "disabled" ->
          throw new UsageException(
              "--cgroup-manager=disabled is not supported: a container is killed and frozen by its"
                  + " cgroup; use cgroupfs");
      default ->
          throw new UsageException(
              "--cgroup-manager takes cgroupfs, systemd or disabled, not " + driver);
    };
  }
}
