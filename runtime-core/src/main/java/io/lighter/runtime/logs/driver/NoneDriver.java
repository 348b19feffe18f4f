package io.lighter.runtime.logs.driver;

import io.lighter.runtime.logs.LogBatch;
import io.lighter.runtime.logs.LogSink;
import java.util.Map;
import java.util.Set;

/** Keeps nothing. Docker takes any option with it; here each is refused, as it could do nothing. */
final class NoneDriver implements LogDriver {
  @Override
  public String name() {
    return "none";
  }

  @Override
  public void validate(Map<String, String> options) {
    new LogOptions(name(), options).allowOnly(Set.of());
  }

  @Override
  public LogSink open(ContainerInfo container, Map<String, String> options) {
    return new Sink();
  }

  private static final class Sink implements LogSink {
    @Override
    public int append(LogBatch batch) {
      return batch.length();
    }

    @Override
    public void close() {}
  }
}
