package io.lighter.proxy.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * A value in the file and the way to it. What cannot be read as asked for is noted as a mistake,
 * and is then empty.
 */
final class Field {
  private final Reading reading;
  private final String path;
  private final Node node;

  Field(Reading reading, String path, Node node) {
    this.reading = reading;
    this.path = path;
    this.node = node;
  }

  Reading reading() {
    return reading;
  }

  String path() {
    return path;
  }

  Node node() {
    return node;
  }

  /** Returns its line, from 1. */
  int line() {
    return node.getStartMark().getLine() + 1;
  }

  void mistake(String problem) {
    reading.note(node, path, problem);
  }

  boolean isScalar() {
    return node instanceof ScalarNode;
  }

  boolean isMapping() {
    return node instanceof MappingNode;
  }

  /**
   * Reads a single value, as it is written: {@code 010} and {@code yes} are what they look like.
   */
  Optional<String> text() {
    if (!(node instanceof ScalarNode scalar)) {
      mistake(kind() + ", where one value is expected");
      return Optional.empty();
    }
    if (node.getTag().equals(Tag.NULL)) {
      mistake("has no value: give it one, or leave it out");
      return Optional.empty();
    }
    return Optional.of(scalar.getValue());
  }

  /** Reads a single value by a reader that throws IllegalArgumentException for what is wrong. */
  <T> Optional<T> parse(Function<String, T> reader) {
    return text().flatMap(text -> build(() -> reader.apply(text)));
  }

  /** Makes something of what was read here; its IllegalArgumentException is a mistake. */
  <T> Optional<T> build(Supplier<T> maker) {
    try {
      return Optional.of(maker.get());
    } catch (IllegalArgumentException e) {
      mistake(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  Optional<Integer> integer(int least, int most) {
    return text()
        .flatMap(
            text -> {
              if (text.matches("0|[1-9][0-9]{0,9}")) {
                long value = Long.parseLong(text);
                if (value >= least && value <= most) {
                  return Optional.of((int) value);
                }
              }
              mistake("'%s' is no number from %d to %d".formatted(text, least, most));
              return Optional.empty();
            });
  }

  Optional<Boolean> flag() {
    return text()
        .flatMap(
            text -> {
              // As YAML 1.1 has it: yes, on and their like, unless they are quoted.
              if (node.getTag().equals(Tag.BOOL)) {
                return Optional.of(
                    List.of("true", "yes", "on").contains(text.toLowerCase(Locale.ROOT)));
              }
              mistake(
                  "'"
                      + text
                      + "' is neither true nor false"
                      + NearestWord.hint(text, List.of("true", "false")));
              return Optional.empty();
            });
  }

  Optional<Duration> duration() {
    return parse(DurationText::parse);
  }

  /** Reads a constant of an enum, written in small letters and with hyphens. */
  <E extends Enum<E>> Optional<E> word(Class<E> type) {
    Map<String, E> words = new LinkedHashMap<>();
    for (E constant : type.getEnumConstants()) {
      words.put(constant.name().toLowerCase(Locale.ROOT).replace('_', '-'), constant);
    }
    return text()
        .flatMap(
            text -> {
              E constant = words.get(text);
              if (constant == null) {
                notAWord(text, words.keySet());
              }
              return Optional.ofNullable(constant);
            });
  }

  /** Notes that a word is none of those that can stand here. */
  void notAWord(String text, Collection<String> words) {
    mistake(
        "'%s' is none of %s%s"
            .formatted(text, String.join(", ", words), NearestWord.hint(text, words)));
  }

  /** Reads a list; a single value is a list of one. */
  List<Field> list() {
    if (node instanceof ScalarNode) {
      return text().isPresent() ? List.of(this) : List.of();
    }
    if (!(node instanceof SequenceNode sequence)) {
      mistake(kind() + ", where a list is expected");
      return List.of();
    }
    List<Field> items = new ArrayList<>();
    for (Node item : sequence.getValue()) {
      Field field = new Field(reading, path + "[" + items.size() + "]", item);
      if (!reading.count(item, field.path)) {
        break;
      }
      items.add(field);
    }
    return items;
  }

  /** Reads a mapping that has some of these fields and no other. */
  Fields fields(Collection<String> known) {
    Fields fields = fields();
    fields.checkNames(known);
    return fields;
  }

  /** Reads a mapping whose names are free. */
  Fields fields() {
    if (node instanceof MappingNode mapping) {
      return new Fields(this, mapping);
    }
    if (!isScalar() || text().isPresent()) {
      mistake(kind() + ", where fields are expected, as in {name: value}");
    }
    return new Fields(this);
  }

  private String kind() {
    return switch (node) {
      case SequenceNode sequence -> "a list";
      case MappingNode mapping -> "a mapping";
      default -> "a single value";
    };
  }
}
