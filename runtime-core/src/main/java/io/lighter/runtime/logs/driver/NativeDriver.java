package io.lighter.runtime.logs.driver;

import io.lighter.linux.Linux;
import io.lighter.runtime.logs.LogSink;
import io.lighter.runtime.logs.read.LogLines;
import io.lighter.runtime.logs.read.StoreLines;
import io.lighter.runtime.logs.store.LogQuery;
import io.lighter.runtime.logs.store.LogReader;
import io.lighter.runtime.logs.store.SegmentStore;
import io.lighter.runtime.logs.store.StoreConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * Keeps lines in our own store, in the folder {@code log} of the container's: the default, and the
 * only one whose logs can be asked for a time or for the last lines without reading all of them.
 * What goes along with each line is noted once, in the {@link LogFolder}.
 */
public final class NativeDriver implements LogDriver {
  /** Its name, and that of the folder. */
  public static final String NAME = "native";

  private static final String MAX_SIZE = "max-size";
  private static final String MAX_FILE = "max-file";
  private static final String MAX_AGE = "max-age";
  private static final String SEGMENT_SIZE = "segment-size";
  private static final String COMPRESS = "compress";
  private static final String SYNC = "sync";
  private static final int KILO = 1000;

  private final Executor background;

  /** Has full segments compressed and old ones removed by an executor. */
  public NativeDriver(Executor background) {
    this.background = background;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void validate(Map<String, String> given) {
    LogOptions options = new LogOptions(NAME, given);
    Set<String> known = new HashSet<>(LogOptions.COMMON);
    known.addAll(Set.of(MAX_SIZE, MAX_FILE, MAX_AGE, SEGMENT_SIZE, COMPRESS, SYNC));
    options.allowOnly(known);
    LogAttributes.validate(options);
    config(options);
  }

  private static StoreConfig config(LogOptions options) {
    StoreConfig standard = StoreConfig.DEFAULT;
    long segment = options.size(SEGMENT_SIZE, standard.segmentBytes(), KILO);
    if (segment > Integer.MAX_VALUE) {
      throw options.invalid(SEGMENT_SIZE, "at most 1g", null);
    }
    try {
      return new StoreConfig(
          (int) segment,
          standard.segmentEntries(),
          options.size(MAX_SIZE, standard.maxBytes(), KILO),
          options.integer(MAX_FILE, standard.maxSegments(), 1, Integer.MAX_VALUE),
          options.duration(MAX_AGE, Duration.ZERO),
          options.flag(COMPRESS, standard.compress()),
          sync(options));
    } catch (IllegalArgumentException e) {
      throw new LogOptionException("log opts of native log driver: " + e.getMessage());
    }
  }

  private static StoreConfig.Sync sync(LogOptions options) {
    String wanted = options.has(SYNC) ? options.text(SYNC) : "none";
    for (StoreConfig.Sync sync : StoreConfig.Sync.values()) {
      if (sync.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(wanted)) {
        return sync;
      }
    }
    throw options.invalid(SYNC, "none, interval or each-batch", null);
  }

  @Override
  public LogSink open(ContainerInfo container, Map<String, String> given) {
    LogOptions options = new LogOptions(NAME, given);
    Map<String, String> attributes = LogAttributes.withTag(container, options);
    LogFolder log = LogFolder.begin(container.folder(), NAME, "log", attributes);
    try {
      Files.createDirectories(log.path());
    } catch (IOException e) {
      throw new LogDriverException("the folder of a container's log cannot be made: " + e, e);
    }
    return SegmentStore.open(Linux.kernel(), log.path(), config(options), background);
  }

  @Override
  public boolean keepsFiles() {
    return true;
  }

  @Override
  public LogLines read(LogFolder log, LogQuery query) {
    return new StoreLines(LogReader.open(Linux.kernel(), log.path(), query), log.attributes());
  }
}
