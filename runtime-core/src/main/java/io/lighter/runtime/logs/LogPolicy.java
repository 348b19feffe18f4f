package io.lighter.runtime.logs;

/**
 * What is done with what a container writes faster than its log can be kept.
 *
 * @param kind what happens
 * @param bufferBytes how much waits in memory at most, headers of 40 bytes a batch included, 4 KiB
 *     to 1 GiB; of no meaning for {@link Kind#BLOCK}, which waits in the container's pipe
 */
public record LogPolicy(Kind kind, int bufferBytes) {
  private static final int LEAST = 4 * 1024;
  private static final int MOST = 1 << 30;

  /** Docker's default of max-buffer-size. */
  public static final int DEFAULT_BUFFER = 1 << 20;

  /** What happens when there is no room. */
  public enum Kind {
    /** The container waits when it writes; nothing is lost. */
    BLOCK,
    /** What has waited longest is dropped, and a line in the log says how much. */
    DROP_OLDEST,
    /** What was just written is dropped, and a line in the log says how much. */
    DROP_NEWEST
  }

  /** The default: nothing is lost. */
  public static final LogPolicy BLOCK = new LogPolicy(Kind.BLOCK, DEFAULT_BUFFER);

  /** Checks the size. */
  public LogPolicy {
    if (bufferBytes < LEAST || bufferBytes > MOST) {
      throw new IllegalArgumentException(
          "max-buffer-size is %d bytes; it may be %d to %d".formatted(bufferBytes, LEAST, MOST));
    }
  }
}
