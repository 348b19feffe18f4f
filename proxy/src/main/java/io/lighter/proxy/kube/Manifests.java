package io.lighter.proxy.kube;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Reads objects from files of YAML or JSON, as {@code kubectl apply -f} takes them: a file may have
 * several documents, and a document may be a list of objects.
 */
public final class Manifests {
  /** More characters in a file are refused. */
  private static final int MOST_CHARACTERS = 256 << 20;

  private static final Pattern ENDINGS = Pattern.compile(".*\\.(yaml|yml|json)");

  private Manifests() {}

  /**
   * Returns the objects of a file, or of a folder's files that end with {@code .yaml}, {@code .yml}
   * or {@code .json}, in the order of their names; folders within it are passed over.
   *
   * @throws IOException when something cannot be read, is no YAML, or is no object
   */
  public static List<Map<?, ?>> read(Path path) throws IOException {
    List<Map<?, ?>> objects = new ArrayList<>();
    for (Path file : files(path)) {
      readFile(file, objects);
    }
    return objects;
  }

  /** Returns the files of a path in the order in which they count, the last for most. */
  static List<Path> files(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    try (Stream<Path> all = Files.list(path)) {
      return all.filter(file -> ENDINGS.matcher(file.getFileName().toString()).matches())
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    }
  }

  static void readFile(Path file, List<Map<?, ?>> objects) throws IOException {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(MOST_CHARACTERS);
    options.setAllowDuplicateKeys(false);
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      int number = 0;
      for (Object document : new Yaml(new SafeConstructor(options)).loadAll(reader)) {
        number++;
        if (document != null) {
          add(file + ", document " + number, document, objects);
        }
      }
    } catch (YAMLException e) {
      throw new IOException(file + " is no YAML: " + e.getMessage(), e);
    }
  }

  private static void add(String where, Object document, List<Map<?, ?>> objects)
      throws IOException {
    if (!(document instanceof Map<?, ?> object) || !(object.get("kind") instanceof String kind)) {
      throw new IOException(where + ": no object of Kubernetes, which has a kind");
    }
    if (!kind.endsWith("List") || !(object.get("items") instanceof List<?> items)) {
      objects.add(object);
      return;
    }
    String each = kind.substring(0, kind.length() - "List".length());
    for (int i = 0; i < items.size(); i++) {
      if (!(items.get(i) instanceof Map<?, ?> item)) {
        throw new IOException(where + ": items[" + i + "] is no object");
      }
      objects.add(each.isEmpty() ? item : named(item, each, object.get("apiVersion")));
    }
  }

  /** The objects of an answer of the API server have no kind each: the list says it. */
  private static Map<?, ?> named(Map<?, ?> item, String kind, @Nullable Object version) {
    Map<Object, Object> named = new LinkedHashMap<>(item);
    named.putIfAbsent("kind", kind);
    if (version != null) {
      named.putIfAbsent("apiVersion", version);
    }
    return named;
  }
}
