package io.lighter.runtime.logs.driver;

import io.lighter.linux.Linux;
import io.lighter.runtime.logs.LogSink;
import io.lighter.runtime.logs.read.FileLines;
import io.lighter.runtime.logs.read.LogLines;
import io.lighter.runtime.logs.store.LogQuery;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * Keeps lines in files of Docker's local format, in {@code local-logs/container.log} of the
 * container's folder, where dockerd has it. As moby's daemon/logger/local.
 */
final class LocalDriver implements LogDriver {
  private static final String FOLDER = "local-logs";
  private static final String MAX_SIZE = "max-size";
  private static final String MAX_FILE = "max-file";
  private static final String COMPRESS = "compress";
  private static final long DEFAULT_SIZE = 20L << 20;
  private static final int DEFAULT_FILES = 5;
  private static final int KILO = 1000;

  private final Executor background;

  /** Has old files compressed by an executor. */
  LocalDriver(Executor background) {
    this.background = background;
  }

  @Override
  public String name() {
    return "local";
  }

  @Override
  public void validate(Map<String, String> given) {
    LogOptions options = new LogOptions(name(), given);
    Set<String> known = new HashSet<>(LogOptions.COMMON);
    known.addAll(Set.of(MAX_SIZE, MAX_FILE, COMPRESS));
    options.allowOnly(known);
    LogAttributes.validate(options);
    limits(options);
  }

  private static RotatedFile.Limits limits(LogOptions options) {
    long size = options.size(MAX_SIZE, DEFAULT_SIZE, KILO);
    int files = options.integer(MAX_FILE, DEFAULT_FILES, 0, Integer.MAX_VALUE);
    boolean compress = options.flag(COMPRESS, true);
    if (compress && files <= 1) {
      throw new LogOptionException(
          "log opt 'compress' of local log driver: compression cannot be enabled when max-file is"
              + " 1, as only files that are full are compressed; add compress=false");
    }
    return new RotatedFile.Limits(size, files, compress);
  }

  @Override
  public LogSink open(ContainerInfo container, Map<String, String> given) {
    LogOptions options = new LogOptions(name(), given);
    LocalEncoder encoder = LocalEncoder.of(container, options);
    LogFolder log =
        LogFolder.begin(container.folder(), name(), FOLDER + "/container.log", Map.of());
    Linux linux = Linux.kernel();
    // Beside the log, where a reader that follows it looks.
    return LockedSink.open(
        linux,
        log.folder().resolve(FOLDER),
        () ->
            new LocalSink(
                encoder, RotatedFile.open(linux, log.path(), limits(options), background)));
  }

  @Override
  public boolean keepsFiles() {
    return true;
  }

  @Override
  public LogLines read(LogFolder log, LogQuery query) {
    return FileLines.ofLocal(Linux.kernel(), log.path(), query);
  }
}
