package io.lighter.runtime.logs.read;

import io.lighter.runtime.logs.LogStream;
import io.lighter.runtime.logs.store.LogReader;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** The lines of our own store, which all carry the same attributes. */
public final class StoreLines implements LogLines {
  private final LogReader reader;
  private final Map<String, String> attributes;

  /**
   * Reads what a reader reads, which is closed in the end.
   *
   * @param attributes of the container whose log it is
   */
  public StoreLines(LogReader reader, Map<String, String> attributes) {
    this.reader = reader;
    this.attributes = Collections.unmodifiableMap(new TreeMap<>(attributes));
  }

  @Override
  public boolean next() {
    return reader.next();
  }

  @Override
  public boolean await(long nanos) throws InterruptedException {
    return reader.await(nanos);
  }

  @Override
  public MemorySegment bytes() {
    return reader.bytes();
  }

  @Override
  public int offset() {
    return reader.offset();
  }

  @Override
  public int length() {
    return reader.length();
  }

  @Override
  public LogStream stream() {
    return reader.stream();
  }

  @Override
  public long time() {
    return reader.time();
  }

  @Override
  public boolean begins() {
    return reader.begins();
  }

  @Override
  public boolean ends() {
    return reader.ends();
  }

  @Override
  public Map<String, String> attributes() {
    return attributes;
  }

  @Override
  public void close() {
    reader.close();
  }
}
