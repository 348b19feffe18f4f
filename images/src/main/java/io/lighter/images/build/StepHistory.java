package io.lighter.images.build;

import io.lighter.images.manifest.History;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Makes the entries of a history, as BuildKit writes them. */
final class StepHistory {
  private static final String COMMENT = "buildkit.dockerfile.v0";
  private static final String MARK = " # buildkit";

  private final @Nullable Long epoch;

  StepHistory(@Nullable Long epoch) {
    this.epoch = epoch;
  }

  /** The time that things are dated to. */
  String now() {
    Instant time = epoch == null ? Instant.now() : Instant.ofEpochSecond(epoch);
    return time.toString();
  }

  History withLayer(StageState state, String command) {
    return new History(now(), command + MARK, state.author(), COMMENT, false);
  }

  History withoutLayer(StageState state, String command) {
    return new History(now(), command, state.author(), COMMENT, true);
  }
}
