package io.lighter.bench.start;

/**
 * The life of one start, in nanoseconds of CLOCK_MONOTONIC; 0 where a subject cannot see it.
 *
 * @param intended when the request was due
 * @param begin when the subject took it up
 * @param mounted when the root stood, for subjects that are given a ready root
 * @param exec when execve had succeeded
 * @param stamp the payload's first instruction
 * @param exit when the payload was reaped
 * @param end when nothing was left
 * @param status exit status, or 128 + signal
 */
public record StartTimes(
    long intended,
    long begin,
    long mounted,
    long exec,
    long stamp,
    long exit,
    long end,
    int status) {

  /** From the request's due time to the end of the clean-up. */
  public long whole() {
    return end - intended;
  }

  /** From the request's due time to the success of execve, or 0 when that was not seen. */
  public long toExec() {
    return exec == 0 ? 0 : exec - intended;
  }

  /** From the request's due time to the payload's first instruction, or 0 when it has no clock. */
  public long toFirstInstruction() {
    return stamp == 0 ? 0 : stamp - intended;
  }

  /** From the reaped payload to nothing left. */
  public long cleanUp() {
    return end - exit;
  }
}
