package io.lighter.runtime.logs;

/** One of the two streams that a process writes. A terminal has only {@link #STDOUT}. */
public enum LogStream {
  STDOUT("stdout"),
  STDERR("stderr");

  private static final LogStream[] VALUES = values();

  private final String label;

  LogStream(String label) {
    this.label = label;
  }

  /** Returns the name that every log format uses. */
  public String label() {
    return label;
  }

  /** Returns the stream of an {@link #ordinal()}, without allocation. */
  public static LogStream of(int ordinal) {
    return VALUES[ordinal];
  }
}
