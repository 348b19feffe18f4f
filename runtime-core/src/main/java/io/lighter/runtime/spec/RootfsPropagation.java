package io.lighter.runtime.spec;

/**
 * Mount propagation of the root, mount_namespaces(7). The specification has the four plain words;
 * the recursive ones are what Docker writes, and runc and crun take them too.
 */
public enum RootfsPropagation implements Term {
  SHARED("shared"),
  SLAVE("slave"),
  PRIVATE("private"),
  UNBINDABLE("unbindable"),
  RSHARED("rshared"),
  RSLAVE("rslave"),
  RPRIVATE("rprivate"),
  RUNBINDABLE("runbindable");

  private final String term;

  RootfsPropagation(String term) {
    this.term = term;
  }

  @Override
  public String term() {
    return term;
  }
}
