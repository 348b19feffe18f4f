package io.lighter.runtime.spec;

/** A word of a closed vocabulary of the specification, such as a seccomp action. */
public interface Term {
  /** The word as {@code config.json} has it. */
  String term();
}
