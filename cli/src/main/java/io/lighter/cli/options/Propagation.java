package io.lighter.cli.options;

/** Mount propagation, mount_namespaces(7), by the words that Docker takes. */
final class Propagation {
  /** What Docker gives a bind that says nothing. */
  static final String DEFAULT = "rprivate";

  private Propagation() {}

  static boolean isKnown(String word) {
    return switch (word) {
      case "private", "rprivate", "shared", "rshared", "slave", "rslave" -> true;
      default -> false;
    };
  }
}
