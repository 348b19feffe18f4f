package io.lighter.cli.flags;

import org.jspecify.annotations.Nullable;

/**
 * Why a flag is refused that the tools have whose place a command takes, so that the answer is
 * better than "unknown flag".
 */
@FunctionalInterface
public interface Refusal {
  /** Refuses nothing: what is not known is unknown. */
  Refusal NONE = name -> null;

  /**
   * Returns why a flag is refused, as a whole sentence that names it; null when it is nobody's.
   *
   * @param name without dashes; a single letter is a shorthand
   */
  @Nullable String reason(String name);
}
