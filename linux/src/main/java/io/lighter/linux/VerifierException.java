package io.lighter.linux;

/** The kernel's verifier refused a program. The message has the verifier's own words. */
public final class VerifierException extends RuntimeException {
  private final int errno;
  private final String log;

  VerifierException(String program, int errno, String log) {
    super(
        "the kernel refuses the BPF program "
            + program
            + ": "
            + Errno.name(errno)
            + "; it says\n"
            + log);
    this.errno = errno;
    this.log = log;
  }

  /** Returns the positive error number; {@link Errno} has the names. */
  public int errno() {
    return errno;
  }

  /** Returns what the verifier wrote, instruction by instruction; the last lines say why. */
  public String log() {
    return log;
  }
}
