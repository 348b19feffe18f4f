package io.lighter.testing;

/** The kinds of things that a test can leave behind and a {@link Census} counts. */
public enum Resource {
  /** Open file descriptors of this process, by what they point to. */
  DESCRIPTOR("descriptor"),
  /** Platform threads of this process, without those that the JDK keeps for itself. */
  THREAD("thread"),
  /** Mounts in this process' mount namespace. */
  MOUNT("mount"),
  /** Child processes, zombies too. */
  CHILD("child process"),
  /** Folders of every cgroup hierarchy that is mounted. */
  CGROUP("cgroup"),
  /** Network namespaces that this process or a descendant is in, holds open or has bound. */
  NETWORK_NAMESPACE("network namespace"),
  /** Memory mappings of this process: their number only. */
  MAPPING("memory mappings");

  private final String label;

  Resource(String label) {
    this.label = label;
  }

  @Override
  public String toString() {
    return label;
  }
}
