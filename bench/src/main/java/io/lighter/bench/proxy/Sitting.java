package io.lighter.bench.proxy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Some rounds with the same processes: a stand that most subjects share, and those who do not. */
final class Sitting implements AutoCloseable {
  private final ProxyRounds rounds;
  private final String at;
  private final Deque<Stand> stands = new ArrayDeque<>();
  private final List<Contender> contenders = new ArrayList<>();

  /**
   * Begins.
   *
   * @param at the name of the kind of site
   */
  Sitting(ProxyRounds rounds, String at) {
    this.rounds = rounds;
    this.at = at;
  }

  /** Starts everything. */
  List<Contender> seat(List<Found> all) throws IOException, InterruptedException {
    Stand shared = stand(null);
    int place = 0;
    for (Found found : all) {
      ProxySubject subject = found.subject();
      boolean alone = subject.isAlone();
      Passage passage =
          Passage.open(
              alone ? stand(subject.cgroup()) : shared,
              subject,
              alone ? 0 : place++,
              rounds.programs(),
              rounds.folder(),
              rounds.cgroup());
      contenders.add(new Contender(passage, found, rounds.seconds()));
    }
    return List.copyOf(contenders);
  }

  private Stand stand(@Nullable Path cgroup) throws IOException, InterruptedException {
    Site site = Site.make(at);
    Stand stand = new Stand(rounds.programs(), site, cgroup);
    stands.push(stand);
    return stand;
  }

  /** Returns what the site is. */
  String description() {
    return stands.getFirst().site().description();
  }

  /** Ends all processes. */
  @Override
  public void close() throws IOException {
    for (Contender contender : contenders) {
      contender.close();
    }
    for (Stand stand : stands) {
      stand.close();
    }
  }
}
