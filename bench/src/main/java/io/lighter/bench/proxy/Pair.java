package io.lighter.bench.proxy;

import io.lighter.linux.Linux;
import io.lighter.linux.PidFd;
import io.lighter.linux.Processes;
import io.lighter.linux.Signals;
import java.io.IOException;
import java.util.List;

/** What the changes of {@link Route#PAIR} have in common. */
final class Pair {
  private Pair() {}

  /** All routes, with both servers of the pair or the first only. */
  static List<Route> changed(List<Route> routes, boolean both) {
    return routes.stream()
        .map(route -> both || !route.name().equals(Route.PAIR) ? route : route.withoutLast())
        .toList();
  }

  /** Has a program read its file again. */
  static void reload(long process) throws IOException {
    Processes processes = Linux.kernel().processes();
    try (PidFd target = processes.pidfdOpen((int) process)) {
      if (target == null || !processes.signal(target, Signals.SIGHUP)) {
        throw new IOException("it has ended: it cannot read its file again");
      }
    }
  }
}
