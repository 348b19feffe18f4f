package io.lighter.linux;

/**
 * How a process ended.
 *
 * @param code the argument of exit, 0 to 255; 0 when a signal ended it
 * @param signal the signal that ended it, or 0
 * @param coreDumped whether a core was written
 */
public record ExitStatus(int code, int signal, boolean coreDumped) {

  /** Returns the status as a shell and Docker show it: the code, or 128 and the signal's number. */
  public int shellStatus() {
    return signal == 0 ? code : 128 + signal;
  }
}
