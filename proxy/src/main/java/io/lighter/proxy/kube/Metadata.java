package io.lighter.proxy.kube;

import java.time.Instant;
import java.util.Map;

/**
 * What all objects have.
 *
 * @param created the end of time for one that does not say it
 */
record Metadata(String namespace, String name, Instant created, Tree labels, Tree annotations) {
  private static final int LONGEST_NAME = 253;

  /** The label of services that are another proxy's, and of their slices. */
  static final String OTHER_PROXY = "service.kubernetes.io/service-proxy-name";

  static Metadata read(String kind, Map<?, ?> object) throws MalformedObjectException {
    Tree metadata = Tree.of(kind, object).object("metadata");
    String name = name(metadata, "name", "");
    return new Metadata(
        name(metadata, "namespace", "default"),
        name,
        metadata.instant("creationTimestamp"),
        metadata.object("labels"),
        metadata.object("annotations"));
  }

  private static String name(Tree metadata, String field, String otherwise)
      throws MalformedObjectException {
    String name = metadata.text(field, otherwise);
    if (!isName(name)) {
      throw metadata.error(
          field, "is '" + name + "': small letters, digits, '-' and '.' are expected");
    }
    return name;
  }

  private static boolean isName(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean within = (c == '-' || c == '.') && i > 0 && i < text.length() - 1;
      boolean alphanumeric = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      if (!within && !alphanumeric) {
        return false;
      }
    }
    return !text.isEmpty() && text.length() <= LONGEST_NAME;
  }

  /** Returns the object with its name for messages. */
  Tree tree(String kind, Map<?, ?> object) {
    return Tree.of(kind + " " + namespace + "/" + name, object);
  }

  boolean isOthers() {
    return labels.has(OTHER_PROXY);
  }
}
