package io.lighter.runtime.logs.driver;

import io.lighter.runtime.logs.LogSink;
import io.lighter.runtime.logs.read.LogLines;
import io.lighter.runtime.logs.store.LogQuery;
import java.util.Map;

/**
 * One kind of place to keep logs, by its name. Embedders may write their own and hand it to {@link
 * LogDrivers#with}.
 *
 * <p>Thread-safe, and holds nothing: what is opened belongs to the sink.
 */
public interface LogDriver {
  /** Returns the name that {@code --log-driver} takes, in lower case. */
  String name();

  /**
   * Checks options as far as that is possible without a container. It opens nothing.
   *
   * @param options by their names; those of the pipeline ({@code mode}, {@code max-buffer-size})
   *     are not among them
   * @throws LogOptionException when one is unknown or its value is wrong; the message names it
   */
  void validate(Map<String, String> options);

  /**
   * Opens the place for a container.
   *
   * @param options that {@link #validate} has let pass
   * @throws LogOptionException when an option does not fit this container, such as a tag
   * @throws LogDriverException when the place cannot be reached; the container is not started then
   */
  LogSink open(ContainerInfo container, Map<String, String> options);

  /** Returns whether it keeps logs in the container's folder, where {@link #read} finds them. */
  default boolean keepsFiles() {
    return false;
  }

  /**
   * Reads a log that it keeps.
   *
   * @throws LogDriverException when it does not keep logs but sends them elsewhere, or the log
   *     cannot be opened
   */
  default LogLines read(LogFolder folder, LogQuery query) {
    throw new LogDriverException(
        "the log driver " + name() + " does not support reading: ask where it sends its lines");
  }
}
