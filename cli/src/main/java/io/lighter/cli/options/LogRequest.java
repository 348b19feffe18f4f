package io.lighter.cli.options;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.UsageException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The log that a run was asked to keep.
 *
 * @param driver its name, as it was given
 * @param options of the driver and of the pipeline, by their names
 * @param folder where a log that is kept in files goes; null when none was given
 * @param labels of the container, for the drivers that tell them
 */
public record LogRequest(
    String driver, Map<String, String> options, @Nullable Path folder, Map<String, String> labels) {
  /** The option that is ours: the others are the driver's. */
  private static final String PATH = "path";

  /** Reads the flags; null when no log is to be kept. */
  static @Nullable LogRequest read(Flags flags, Path folder) {
    String driver = flags.last("log-driver");
    if (driver == null || driver.isEmpty()) {
      refuseWithoutDriver(flags);
      return null;
    }
    Map<String, String> options = options(flags);
    String path = options.remove(PATH);
    if (path != null && path.isEmpty()) {
      throw flags.invalid("log-opt", PATH + "=", "name a folder");
    }
    return new LogRequest(
        driver, options, path == null ? null : folder.resolve(path), labels(flags));
  }

  private static void refuseWithoutDriver(Flags flags) {
    if (!flags.all("log-opt").isEmpty()) {
      throw new UsageException(
          "--log-opt needs --log-driver: without one no log is kept, such as --log-driver native");
    }
    if (!flags.all("label").isEmpty()) {
      throw new UsageException(
          "--label needs --log-driver: labels have no effect without an engine that keeps them,"
              + " but in logs by --log-opt labels=KEY");
    }
  }

  private static Map<String, String> options(Flags flags) {
    Map<String, String> options = new LinkedHashMap<>();
    for (String option : flags.all("log-opt")) {
      int equals = option.indexOf('=');
      if (equals < 1) {
        throw flags.invalid("log-opt", option, "it must be NAME=VALUE");
      }
      options.put(option.substring(0, equals), option.substring(equals + 1));
    }
    return options;
  }

  private static Map<String, String> labels(Flags flags) {
    Map<String, String> labels = new LinkedHashMap<>();
    for (String label : flags.all("label")) {
      int equals = label.indexOf('=');
      String key = equals < 0 ? label : label.substring(0, equals);
      if (key.isEmpty()) {
        throw flags.invalid("label", label, "its key is empty");
      }
      labels.put(key, equals < 0 ? "" : label.substring(equals + 1));
    }
    return labels;
  }
}
