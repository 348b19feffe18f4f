package io.lighter.runtime.spec;

/** A clock that a time namespace can shift, time_namespaces(7). */
public enum TimeClock implements Term {
  MONOTONIC("monotonic"),
  BOOTTIME("boottime");

  private final String term;

  TimeClock(String term) {
    this.term = term;
  }

  @Override
  public String term() {
    return term;
  }
}
