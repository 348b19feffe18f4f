package io.lighter.runtime.logs.driver;

import io.lighter.linux.Linux;
import io.lighter.runtime.logs.LogPolicy;
import io.lighter.runtime.logs.LogSink;
import io.lighter.runtime.logs.store.SpillingSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * The log that a container is to have, as {@code --log-driver} and {@code --log-opt} say it.
 *
 * @param driver by its name
 * @param options the driver's own, and those of the pipeline: {@code mode}, {@code
 *     max-buffer-size}, {@code max-spill-size}
 */
public record LogSpec(String driver, Map<String, String> options) {
  /** Where in the container's folder what a sink cannot keep in time waits, with mode=spill. */
  public static final String SPILL = "spill";

  public LogSpec {
    options = Map.copyOf(options);
  }

  /**
   * What a pipeline is given: {@code pipeline.add(id, sources, opened.sink(), opened.policy())}.
   *
   * @param sink which whoever adds it gives away
   * @param policy which with mode=spill is to block: what spills never has the container wait for
   *     the driver
   */
  public record Opened(LogSink sink, LogPolicy policy) {}

  /**
   * Checks all options, as far as that is possible without a container.
   *
   * @throws LogOptionException when there is no such driver, or an option or a value is wrong
   */
  public void validate(LogDrivers drivers) {
    drivers.validate(driver, LogPolicies.driverOptions(options));
    LogPolicies.read(options);
    LogPolicies.spillBytes(options);
  }

  /** Returns whether files are kept in the container's folder. */
  public boolean keepsFiles(LogDrivers drivers) {
    return drivers.keepsFiles(driver) || LogPolicies.spillBytes(options) > 0;
  }

  /**
   * Opens the log of a container.
   *
   * @param drains has a thread for each log that waits on the disk
   * @throws LogOptionException as {@link #validate}
   * @throws LogDriverException when its place cannot be reached
   */
  public Opened open(LogDrivers drivers, ContainerInfo container, Executor drains) {
    validate(drivers);
    LogPolicy policy = LogPolicies.read(options);
    LogSink sink = drivers.open(driver, container, LogPolicies.driverOptions(options));
    long spilled = LogPolicies.spillBytes(options);
    if (spilled == 0) {
      return new Opened(sink, policy);
    }
    try {
      Path folder = Files.createDirectories(container.folder().resolve(SPILL));
      return new Opened(SpillingSink.open(Linux.kernel(), sink, folder, spilled, drains), policy);
    } catch (IOException e) {
      sink.close();
      throw new LogDriverException("the folder of mode=spill cannot be made: " + e, e);
    } catch (RuntimeException e) {
      sink.close();
      throw e;
    }
  }
}
