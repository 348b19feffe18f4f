package io.lighter.runtime.spec;

/** A kind of namespaces(7). */
public enum NamespaceType implements Term {
  PID("pid"),
  NETWORK("network"),
  MOUNT("mount"),
  IPC("ipc"),
  UTS("uts"),
  USER("user"),
  CGROUP("cgroup"),
  TIME("time");

  private final String term;

  NamespaceType(String term) {
    this.term = term;
  }

  @Override
  public String term() {
    return term;
  }

  /** The name of its file in {@code /proc/PID/ns}. */
  public String procName() {
    return switch (this) {
      case NETWORK -> "net";
      case MOUNT -> "mnt";
      default -> term;
    };
  }
}
