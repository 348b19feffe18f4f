package io.lighter.runtime.spec;

/** A resource of setrlimit(2), with the numbers of x86-64 and aarch64. */
public enum RlimitType implements Term {
  RLIMIT_CPU(0),
  RLIMIT_FSIZE(1),
  RLIMIT_DATA(2),
  RLIMIT_STACK(3),
  RLIMIT_CORE(4),
  RLIMIT_RSS(5),
  RLIMIT_NPROC(6),
  RLIMIT_NOFILE(7),
  RLIMIT_MEMLOCK(8),
  RLIMIT_AS(9),
  RLIMIT_LOCKS(10),
  RLIMIT_SIGPENDING(11),
  RLIMIT_MSGQUEUE(12),
  RLIMIT_NICE(13),
  RLIMIT_RTPRIO(14),
  RLIMIT_RTTIME(15);

  private final int number;

  RlimitType(int number) {
    this.number = number;
  }

  /** The kernel's number of the resource. */
  public int number() {
    return number;
  }

  @Override
  public String term() {
    return name();
  }
}
