package io.lighter.runtime.logs.driver;

import io.lighter.runtime.logs.LogSink;
import io.lighter.runtime.logs.read.LogLines;
import io.lighter.runtime.logs.store.LogQuery;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Executor;

/**
 * The log drivers that there are, by their names.
 *
 * <pre>{@code
 * LogDrivers drivers = LogDrivers.standard(background).with(new MyDriver());
 * drivers.validate("gelf", options);                        // when the container is made
 * LogSink sink = drivers.open("gelf", container, options);  // when it is started
 * }</pre>
 *
 * <p>Immutable, thread-safe.
 */
public final class LogDrivers {
  private final SortedMap<String, LogDriver> byName;

  private LogDrivers(SortedMap<String, LogDriver> byName) {
    this.byName = byName;
  }

  /**
   * Returns the drivers that Docker has too, and our own store.
   *
   * @param background compresses and removes old files
   */
  public static LogDrivers standard(Executor background) {
    LogDrivers drivers = new LogDrivers(new TreeMap<>());
    for (LogDriver driver :
        List.of(
            new NativeDriver(background),
            new JsonFileDriver(background),
            new NoneDriver(),
            new LocalDriver(background),
            new SyslogDriver(),
            new JournaldDriver(),
            new FluentdDriver(),
            new GelfDriver())) {
      drivers = drivers.with(driver);
    }
    return drivers;
  }

  /**
   * Returns these and one more.
   *
   * @throws IllegalArgumentException when there is one of its name
   */
  public LogDrivers with(LogDriver driver) {
    SortedMap<String, LogDriver> more = new TreeMap<>(byName);
    if (more.putIfAbsent(driver.name(), driver) != null) {
      throw new IllegalArgumentException(
          "a log driver named '" + driver.name() + "' is already registered");
    }
    return new LogDrivers(more);
  }

  /** Returns all names in their order. */
  public Set<String> names() {
    return Collections.unmodifiableSet(byName.keySet());
  }

  /**
   * Checks a driver's name and its options.
   *
   * @throws LogOptionException when there is no such driver, or as {@link LogDriver#validate} says
   */
  public void validate(String name, Map<String, String> options) {
    driver(name).validate(options);
  }

  /**
   * Checks the options and opens a sink.
   *
   * @throws LogOptionException as {@link #validate}
   * @throws LogDriverException when the place cannot be reached
   */
  public LogSink open(String name, ContainerInfo container, Map<String, String> options) {
    LogDriver driver = driver(name);
    driver.validate(options);
    return driver.open(container, options);
  }

  /**
   * Returns whether a driver keeps logs in the container's folder.
   *
   * @throws LogOptionException when there is no such driver
   */
  public boolean keepsFiles(String name) {
    return driver(name).keepsFiles();
  }

  /**
   * Reads the log that a folder has.
   *
   * @param folder of a container, or the one that was chosen for its log
   * @throws LogDriverException when it has none, or none that can be read
   */
  public LogLines read(Path folder, LogQuery query) {
    LogFolder log = LogFolder.read(folder);
    if (log == null) {
      throw new LogDriverException(
          "there is no log in " + folder + ": it has no " + LogFolder.DESCRIPTION);
    }
    return driver(log.driver()).read(log, query);
  }

  private LogDriver driver(String name) {
    LogDriver driver = byName.get(name);
    if (driver == null) {
      throw new LogOptionException(
          "no log driver named '" + name + "' is registered; there are " + names());
    }
    return driver;
  }
}
