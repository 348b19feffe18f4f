package io.lighter.runtime.spec;

/** A domain of personality(2). */
public enum PersonalityDomain implements Term {
  LINUX,
  LINUX32;

  @Override
  public String term() {
    return name();
  }
}
