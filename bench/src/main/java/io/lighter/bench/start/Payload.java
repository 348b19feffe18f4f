package io.lighter.bench.start;

import java.util.List;
import java.util.Locale;

/** What runs in the container under test. */
enum Payload {
  /** Ends at once. */
  PLAIN,
  /** Writes the clock to standard output with its first instructions. */
  STAMP,
  /** Prints what it sees. */
  VIEW;

  List<String> args() {
    return switch (this) {
      case PLAIN -> List.of("/bin/true");
      case STAMP -> List.of("/bin/stamp");
      case VIEW -> ContainerView.COMMAND;
    };
  }

  /** The name of the bundle that has this payload, in a worker's folder. */
  String folder() {
    return name().toLowerCase(Locale.ROOT);
  }
}
