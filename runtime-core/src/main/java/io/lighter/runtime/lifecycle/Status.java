package io.lighter.runtime.lifecycle;

import io.lighter.runtime.spec.Term;

/** Where a container stands in its life: runtime.md, "State". */
public enum Status implements Term {
  /** It is being made, or its maker was killed while it was. */
  CREATING("creating"),
  /** Everything is there but the user's program, which waits for the start. */
  CREATED("created"),
  RUNNING("running"),
  /** All its processes are frozen; beside runtime.md, as runc and crun have it. */
  PAUSED("paused"),
  STOPPED("stopped");

  private final String term;

  Status(String term) {
    this.term = term;
  }

  @Override
  public String term() {
    return term;
  }
}
