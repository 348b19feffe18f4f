package io.lighter.runtime.logs.driver;

import io.lighter.linux.Linux;
import io.lighter.runtime.logs.LogSink;
import io.lighter.runtime.logs.file.JsonFileOptions;
import io.lighter.runtime.logs.file.JsonFileSink;
import io.lighter.runtime.logs.read.FileLines;
import io.lighter.runtime.logs.read.LogLines;
import io.lighter.runtime.logs.store.LogQuery;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * Keeps lines in Docker's json-file format, in {@code ID-json.log} of the container's folder, where
 * dockerd has it. As moby's daemon/logger/jsonfilelog.
 */
public final class JsonFileDriver implements LogDriver {
  private static final String MAX_SIZE = "max-size";
  private static final String MAX_FILE = "max-file";
  private static final String COMPRESS = "compress";
  private static final int KILO = 1000;

  private final Executor background;

  /** Has old files compressed by an executor. */
  public JsonFileDriver(Executor background) {
    this.background = background;
  }

  @Override
  public String name() {
    return "json-file";
  }

  @Override
  public void validate(Map<String, String> given) {
    LogOptions options = new LogOptions(name(), given);
    Set<String> known = new HashSet<>(LogOptions.COMMON);
    known.addAll(Set.of(MAX_SIZE, MAX_FILE, COMPRESS));
    options.allowOnly(known);
    LogAttributes.validate(options);
    read(options, "");
  }

  private static JsonFileOptions read(LogOptions options, String attributes) {
    try {
      return new JsonFileOptions(
          options.size(MAX_SIZE, Long.MAX_VALUE, KILO),
          options.integer(MAX_FILE, 1, Integer.MIN_VALUE, Integer.MAX_VALUE),
          options.flag(COMPRESS, false),
          attributes);
    } catch (IllegalArgumentException e) {
      throw new LogOptionException("log opts of json-file log driver: " + e.getMessage());
    }
  }

  @Override
  public LogSink open(ContainerInfo container, Map<String, String> given) {
    LogOptions options = new LogOptions(name(), given);
    JsonFileOptions read = read(options, GoJson.object(LogAttributes.withTag(container, options)));
    String file = container.id() + "-json.log";
    LogFolder log = LogFolder.begin(container.folder(), name(), file, Map.of());
    Linux linux = Linux.kernel();
    return LockedSink.open(
        linux, log.folder(), () -> new JsonFileSink(linux, log.path(), read, background));
  }

  @Override
  public boolean keepsFiles() {
    return true;
  }

  @Override
  public LogLines read(LogFolder log, LogQuery query) {
    return FileLines.ofJson(Linux.kernel(), log.path(), query);
  }
}
