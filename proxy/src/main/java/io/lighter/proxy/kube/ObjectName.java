package io.lighter.proxy.kube;

import java.util.Map;

/** What object something is about, as it says itself; nothing is checked. */
record ObjectName(String kind, String namespace, String name) {
  static ObjectName of(Map<?, ?> object) {
    Map<?, ?> metadata = object.get("metadata") instanceof Map<?, ?> map ? map : Map.of();
    return new ObjectName(
        text(object, "kind", ""),
        text(metadata, "namespace", "default"),
        text(metadata, "name", ""));
  }

  private static String text(Map<?, ?> map, String field, String otherwise) {
    return map.get(field) instanceof String text ? text : otherwise;
  }

  /** Returns an object of which only the name is known. */
  Map<?, ?> object() {
    return Map.of("kind", kind, "metadata", Map.of("namespace", namespace, "name", name));
  }
}
