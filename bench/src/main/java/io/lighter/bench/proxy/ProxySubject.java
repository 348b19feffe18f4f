package io.lighter.bench.proxy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A way from the client to the server. */
interface ProxySubject {
  String name();

  String description();

  /**
   * Returns the command that serves two ports, in the foreground, until it is killed; null when
   * nothing is needed.
   *
   * @param folder for its files
   * @param ports where clients come, and in the same order where they are to get
   */
  @Nullable List<String> command(Path folder, List<PortPair> ports) throws IOException;

  /** Returns where a client has to connect to get to a server. */
  String address(PortPair ports);

  int port(PortPair ports);

  /** Returns what has to be before the client's command. */
  default List<String> clientPrefix() {
    return List.of();
  }

  /** Where clients come, and where they are to get. */
  record PortPair(int front, int back) {}
}
