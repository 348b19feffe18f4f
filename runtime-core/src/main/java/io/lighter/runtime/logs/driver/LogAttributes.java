package io.lighter.runtime.logs.driver;

import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * What goes along with each line because the options {@code labels}, {@code labels-regex}, {@code
 * env} and {@code env-regex} name it: labels and variables of the container. What the container
 * does not have is left out.
 *
 * <p>Docker's patterns are Go's (RE2), these are Java's; they differ in rare corners only.
 */
public final class LogAttributes {
  private LogAttributes() {}

  /**
   * Checks the two patterns.
   *
   * @throws LogOptionException when one is none
   */
  public static void validate(LogOptions options) {
    pattern(options, "labels-regex");
    pattern(options, "env-regex");
  }

  /**
   * Collects them. Of two that get the same key, a variable wins over a label, and one by pattern
   * over one by name.
   *
   * @param rename makes the key of a label or a variable; what becomes empty is left out
   * @return in the order of the keys
   */
  public static SortedMap<String, String> of(
      ContainerInfo container, LogOptions options, UnaryOperator<String> rename) {
    SortedMap<String, String> attributes = new TreeMap<>();
    Map<String, String> variables = variables(container);
    addNamed(attributes, options.text("labels"), container.labels(), rename);
    addMatching(attributes, pattern(options, "labels-regex"), container.labels(), rename);
    addNamed(attributes, options.text("env"), variables, rename);
    addMatching(attributes, pattern(options, "env-regex"), variables, rename);
    return attributes;
  }

  /** Collects them as they are, with the tag as one more if there is one. */
  static SortedMap<String, String> withTag(ContainerInfo container, LogOptions options) {
    SortedMap<String, String> attributes = of(container, options, UnaryOperator.identity());
    String tag = LogTag.of(container, options, "");
    if (!tag.isEmpty()) {
      attributes.put("tag", tag);
    }
    return attributes;
  }

  private static Map<String, String> variables(ContainerInfo container) {
    Map<String, String> variables = new HashMap<>();
    for (String variable : container.environment()) {
      int equals = variable.indexOf('=');
      if (equals >= 0) {
        variables.put(variable.substring(0, equals), variable.substring(equals + 1));
      }
    }
    return variables;
  }

  private static Predicate<String> pattern(LogOptions options, String option) {
    String pattern = options.text(option);
    if (pattern.isEmpty()) {
      return key -> false;
    }
    try {
      return Pattern.compile(pattern).asPredicate();
    } catch (PatternSyntaxException e) {
      throw options.invalid(option, "a regular expression", e);
    }
  }

  private static void addNamed(
      Map<String, String> attributes,
      String names,
      Map<String, String> values,
      UnaryOperator<String> rename) {
    for (String name : names.split(",", -1)) {
      String value = values.get(name);
      if (value != null) {
        add(attributes, rename.apply(name), value);
      }
    }
  }

  private static void addMatching(
      Map<String, String> attributes,
      Predicate<String> pattern,
      Map<String, String> values,
      UnaryOperator<String> rename) {
    for (Map.Entry<String, String> each : new TreeMap<>(values).entrySet()) {
      if (pattern.test(each.getKey())) {
        add(attributes, rename.apply(each.getKey()), each.getValue());
      }
    }
  }

  private static void add(Map<String, String> attributes, String key, String value) {
    if (!key.isEmpty()) {
      attributes.put(key, value);
    }
  }
}
