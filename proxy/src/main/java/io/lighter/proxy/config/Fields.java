package io.lighter.proxy.config;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** The fields of a mapping, each name once. {@code <<} adds those of other mappings. */
final class Fields {
  private static final int DEEPEST_MERGE = 10;

  private final Field owner;
  private final Map<String, Field> values = new LinkedHashMap<>();
  private final Map<String, Node> keys = new LinkedHashMap<>();

  /** Those of nothing. */
  Fields(Field owner) {
    this.owner = owner;
  }

  Fields(Field owner, MappingNode mapping) {
    this.owner = owner;
    for (NodeTuple tuple : mapping.getValue()) {
      if (!isMerge(tuple)) {
        addOwn(tuple);
      }
    }
    merge(mapping, 0);
  }

  private void addOwn(NodeTuple tuple) {
    Optional<String> name = name(tuple);
    if (name.isEmpty()) {
      return;
    }
    Node first = keys.get(name.get());
    if (first == null) {
      add(name.get(), tuple);
      return;
    }
    int line = first.getStartMark().getLine() + 1;
    owner.reading().note(tuple.getKeyNode(), pathOf(name.get()), "there already in line " + line);
  }

  private Optional<String> name(NodeTuple tuple) {
    if (tuple.getKeyNode() instanceof ScalarNode key) {
      return Optional.of(key.getValue());
    }
    owner.reading().note(tuple.getKeyNode(), owner.path(), "a name in it is no single word");
    return Optional.empty();
  }

  private void add(String name, NodeTuple tuple) {
    String path = pathOf(name);
    if (owner.reading().count(tuple.getKeyNode(), path)) {
      keys.put(name, tuple.getKeyNode());
      values.put(name, new Field(owner.reading(), path, tuple.getValueNode()));
    }
  }

  private static boolean isMerge(NodeTuple tuple) {
    return tuple.getKeyNode().getTag().equals(Tag.MERGE);
  }

  /**
   * Adds what merged mappings have and this one has not; the first of them counts. All that is
   * looked at is counted, since few lines can stand for very many merges.
   */
  private void merge(MappingNode mapping, int depth) {
    for (NodeTuple tuple : mapping.getValue()) {
      if (!isMerge(tuple)) {
        continue;
      }
      List<Node> others =
          tuple.getValueNode() instanceof SequenceNode sequence
              ? sequence.getValue()
              : List.of(tuple.getValueNode());
      for (Node other : others) {
        if (!(other instanceof MappingNode merged) || depth == DEEPEST_MERGE) {
          owner
              .reading()
              .note(tuple.getKeyNode(), owner.path(), "a << in it stands for no mapping");
          return;
        }
        if (!owner.reading().count(other, owner.path())) {
          return;
        }
        for (NodeTuple theirs : merged.getValue()) {
          if (!isMerge(theirs)) {
            name(theirs).filter(name -> !keys.containsKey(name)).ifPresent(n -> add(n, theirs));
          }
        }
        merge(merged, depth + 1);
      }
    }
  }

  private String pathOf(String name) {
    String word = name.matches("[^.\\s\\[\\]]+") ? name : "'" + name + "'";
    return owner.path().isEmpty() ? word : owner.path() + "." + word;
  }

  /** Notes each name that is none of these. */
  void checkNames(Collection<String> known) {
    for (Map.Entry<String, Node> key : keys.entrySet()) {
      if (!known.contains(key.getKey())) {
        String hint = NearestWord.hint(key.getKey(), known);
        owner
            .reading()
            .note(
                key.getValue(),
                pathOf(key.getKey()),
                "not known"
                    + (hint.isEmpty() ? ": there are " + String.join(", ", sorted(known)) : hint));
      }
    }
  }

  private static Set<String> sorted(Collection<String> names) {
    return new TreeSet<>(names);
  }

  Field owner() {
    return owner;
  }

  /** Returns all of them by name, in their order. */
  Map<String, Field> all() {
    return values;
  }

  Optional<Field> get(String name) {
    return Optional.ofNullable(values.get(name));
  }

  <T> Optional<T> parse(String name, Function<String, T> reader) {
    return get(name).flatMap(field -> field.parse(reader));
  }

  int integer(String name, int least, int most, int otherwise) {
    return get(name).flatMap(field -> field.integer(least, most)).orElse(otherwise);
  }

  boolean flag(String name, boolean otherwise) {
    return get(name).flatMap(Field::flag).orElse(otherwise);
  }

  Duration duration(String name, Duration otherwise) {
    return get(name).flatMap(Field::duration).orElse(otherwise);
  }

  <E extends Enum<E>> E word(String name, Class<E> type, E otherwise) {
    return get(name).flatMap(field -> field.word(type)).orElse(otherwise);
  }

  List<Field> list(String name) {
    return get(name).map(Field::list).orElse(List.of());
  }
}
