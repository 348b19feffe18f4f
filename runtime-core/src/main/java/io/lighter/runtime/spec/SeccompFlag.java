package io.lighter.runtime.spec;

/** A flag of seccomp(2)'s SECCOMP_SET_MODE_FILTER. */
public enum SeccompFlag implements Term {
  SECCOMP_FILTER_FLAG_TSYNC(1),
  SECCOMP_FILTER_FLAG_LOG(1 << 1),
  SECCOMP_FILTER_FLAG_SPEC_ALLOW(1 << 2),
  SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV(1 << 5);

  private final int bit;

  SeccompFlag(int bit) {
    this.bit = bit;
  }

  /** The bit in the flags argument. */
  public int bit() {
    return bit;
  }

  @Override
  public String term() {
    return name();
  }
}
