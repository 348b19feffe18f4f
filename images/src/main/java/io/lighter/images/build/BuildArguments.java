package io.lighter.images.build;

import io.lighter.images.Platform;
import io.lighter.images.dockerfile.Instruction;
import io.lighter.images.dockerfile.Variable;
import io.lighter.images.dockerfile.WordExpander;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The build arguments that a build was given, and those before its first FROM. Immutable once the
 * latter are declared.
 */
final class BuildArguments {
  /** Usable without ARG, and neither in the history nor in keys of the cache. */
  static final Set<String> PROXIES =
      Set.of(
          "HTTP_PROXY",
          "http_proxy",
          "HTTPS_PROXY",
          "https_proxy",
          "FTP_PROXY",
          "ftp_proxy",
          "NO_PROXY",
          "no_proxy",
          "ALL_PROXY",
          "all_proxy");

  static final String EPOCH = "SOURCE_DATE_EPOCH";

  private final Map<String, @Nullable String> given;
  private final Map<String, String> automatic = new LinkedHashMap<>();
  private final Map<String, String> globals = new LinkedHashMap<>();
  private final Set<String> missing = new LinkedHashSet<>();

  BuildArguments(Map<String, @Nullable String> given, Platform target, @Nullable String stage) {
    this.given = given;
    addPlatform("TARGET", target);
    addPlatform("BUILD", Platform.local());
    automatic.put("TARGETSTAGE", stage == null ? "default" : stage);
  }

  private void addPlatform(String prefix, Platform platform) {
    String variant = platform.variant();
    automatic.put(prefix + "PLATFORM", platform.toString());
    automatic.put(prefix + "OS", platform.os());
    automatic.put(prefix + "OSVERSION", platform.osVersion() == null ? "" : platform.osVersion());
    automatic.put(prefix + "ARCH", platform.architecture());
    automatic.put(prefix + "VARIANT", variant == null ? "" : variant);
  }

  /** Declares what stands before the first FROM. */
  void declareGlobals(List<Instruction.Arg> instructions, char escape) {
    for (Instruction.Arg arg : instructions) {
      for (Variable variable : arg.variables()) {
        WordExpander expander = globalExpander(escape);
        String asked = given.get(variable.name());
        String value = variable.value() == null ? null : expander.word(variable.value());
        if (asked != null) {
          globals.put(variable.name(), asked);
        } else if (value != null) {
          globals.put(variable.name(), value);
        }
        missing.addAll(expander.missing());
      }
    }
  }

  /** Expands what FROM has. */
  WordExpander globalExpander(char escape) {
    return WordExpander.of(escape, this::global);
  }

  private @Nullable String global(String name) {
    String value = globals.get(name);
    return value != null ? value : platformArgument(name);
  }

  private @Nullable String platformArgument(String name) {
    String value = automatic.get(name);
    String asked = given.get(name);
    return value != null && asked != null ? asked : value;
  }

  /**
   * Returns the value of an ARG of a stage.
   *
   * @param otherwise its default, with its variables substituted; null for none
   */
  @Nullable String declared(String name, @Nullable String otherwise) {
    String asked = given.get(name);
    if (asked != null) {
      return asked;
    }
    return otherwise != null ? otherwise : global(name);
  }

  /** Returns the proxies that were given. */
  Map<String, String> proxies() {
    Map<String, String> proxies = new LinkedHashMap<>();
    given.forEach(
        (name, value) -> {
          if (PROXIES.contains(name) && value != null) {
            proxies.put(name, value);
          }
        });
    return proxies;
  }

  /** Returns the names that were given, but for those that are usable without ARG. */
  Set<String> givenNames() {
    Set<String> names = new LinkedHashSet<>(given.keySet());
    names.removeAll(PROXIES);
    names.removeAll(automatic.keySet());
    names.remove(EPOCH);
    names.removeIf(name -> name.startsWith("BUILDKIT_"));
    return names;
  }

  /** Returns the time that all is dated to, in seconds since 1970; null for now. */
  @Nullable Long epoch(@Nullable Long otherwise) {
    String text = given.get(EPOCH);
    if (text == null || text.isEmpty()) {
      return otherwise;
    }
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new BuildException(EPOCH + " is a number of seconds since 1970, not " + text);
    }
  }
}
