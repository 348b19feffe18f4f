package io.lighter.proxy.config;

import java.io.Serial;
import java.util.List;
import java.util.stream.Collectors;

/** A configuration that cannot be used, with everything that is wrong with it. */
public final class ConfigException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  private final transient List<Mistake> mistakes;

  ConfigException(String file, List<Mistake> mistakes, int unsaid) {
    super(
        mistakes.stream().map(m -> file + ":" + m).collect(Collectors.joining("\n"))
            + (unsaid == 0 ? "" : "\n" + file + ": and " + unsaid + " more mistakes"));
    this.mistakes = List.copyOf(mistakes);
  }

  /** Returns them by their lines; of very many, the first. */
  public List<Mistake> mistakes() {
    return mistakes;
  }
}
