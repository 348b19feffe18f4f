package io.lighter.cli.options;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Environment variables by name: where a bare {@code --env NAME} takes its value. */
public record Environment(Map<String, String> variables) {
  /** This process's own. */
  public static Environment own() {
    return new Environment(System.getenv());
  }

  public @Nullable String get(String name) {
    return variables.get(name);
  }
}
