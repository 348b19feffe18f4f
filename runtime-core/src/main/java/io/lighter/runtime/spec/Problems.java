package io.lighter.runtime.spec;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects what the rules find. */
final class Problems {
  private final List<Problem> found = new ArrayList<>();

  void add(String path, String reason) {
    found.add(new Problem(path, reason));
  }

  void require(boolean holds, String path, String reason) {
    if (!holds) {
      add(path, reason);
    }
  }

  /** {@code value} is absent or an absolute path that the kernel reads as it stands here. */
  void requireAbsolute(@Nullable String value, String path) {
    if (value != null) {
      require(value.startsWith("/"), path, "\"" + value + "\" is not an absolute path");
      requireNoNul(value, path);
    }
  }

  void requireAbsolute(List<String> values, String path) {
    for (int i = 0; i < values.size(); i++) {
      requireAbsolute(values.get(i), path + "[" + i + "]");
    }
  }

  void requireNoNul(@Nullable String value, String path) {
    require(value == null || value.indexOf('\0') < 0, path, "contains a NUL character; remove it");
  }

  void requireNoNul(List<String> values, String path) {
    for (int i = 0; i < values.size(); i++) {
      requireNoNul(values.get(i), path + "[" + i + "]");
    }
  }

  /** Entries {@code NAME=value}, environ(7). */
  void requireEnvironment(List<String> values, String path) {
    for (int i = 0; i < values.size(); i++) {
      require(
          values.get(i).indexOf('=') > 0,
          path + "[" + i + "]",
          "expected NAME=value, found \"" + values.get(i) + "\"");
    }
    requireNoNul(values, path);
  }

  List<Problem> found() {
    return List.copyOf(found);
  }
}
