package io.lighter.runtime.logs;

/** One of the two streams that a process writes. A terminal has only {@link #STDOUT}. */
public enum LogStream {
  STDOUT(0, "stdout"),
  STDERR(1, "stderr");

  private final int code;
  private final String label;

  LogStream(int code, String label) {
    this.code = code;
    this.label = label;
  }

  /** Returns the name that every log format uses. */
  public String label() {
    return label;
  }

  /** Returns the number by which files know it: 0 or 1. */
  public int code() {
    return code;
  }

  /** Returns the stream of a {@link #code}. */
  public static LogStream of(int code) {
    return code == 0 ? STDOUT : STDERR;
  }
}
