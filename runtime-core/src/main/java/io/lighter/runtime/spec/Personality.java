package io.lighter.runtime.spec;

import java.util.List;

/**
 * Execution domain, personality(2).
 *
 * @param domain the domain
 * @param flags additional flags; the specification defines none so far
 */
public record Personality(PersonalityDomain domain, List<String> flags) {
  public Personality {
    flags = List.copyOf(flags);
  }
}
