package io.lighter.runtime.spec;

/** What the kernel does with a system call, seccomp(2). */
public enum SeccompAction implements Term {
  /** The older name of {@link #KILL_THREAD}. */
  KILL("SCMP_ACT_KILL"),
  KILL_PROCESS("SCMP_ACT_KILL_PROCESS"),
  KILL_THREAD("SCMP_ACT_KILL_THREAD"),
  TRAP("SCMP_ACT_TRAP"),
  ERRNO("SCMP_ACT_ERRNO"),
  TRACE("SCMP_ACT_TRACE"),
  ALLOW("SCMP_ACT_ALLOW"),
  LOG("SCMP_ACT_LOG"),
  NOTIFY("SCMP_ACT_NOTIFY");

  private final String term;

  SeccompAction(String term) {
    this.term = term;
  }

  /** Whether an errno goes with the action. */
  public boolean takesErrno() {
    return this == ERRNO || this == TRACE;
  }

  @Override
  public String term() {
    return term;
  }
}
