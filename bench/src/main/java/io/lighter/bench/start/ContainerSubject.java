package io.lighter.bench.start;

import io.lighter.bench.turns.Subject;
import java.io.IOException;

/** Something that starts the container under test. */
public interface ContainerSubject extends Subject {

  /** Runs the container once with a payload that prints {@link ContainerView what it sees}. */
  String view() throws IOException, InterruptedException;
}
