package io.lighter.images.build;

/**
 * Hears of a build as it goes on. Called by several threads at once; what it throws ends the build.
 */
public interface Progress {
  /** How a step ended. */
  enum Outcome {
    DONE,
    /** Its result was in the cache. */
    CACHED,
    FAILED,
    /** Another step failed. */
    CANCELED
  }

  /** Nobody listens. */
  Progress NONE =
      new Progress() {
        @Override
        public void started(Step step) {}

        @Override
        public void output(Step step, boolean error, String line) {}

        @Override
        public void ended(Step step, Outcome outcome) {}

        @Override
        public void warned(String warning) {}
      };

  /** A step begins. */
  void started(Step step);

  /**
   * A command wrote a line.
   *
   * @param error to its standard error
   * @param line without its end; bytes that are not UTF-8 are U+FFFD
   */
  void output(Step step, boolean error, String line);

  /** A step ended. */
  void ended(Step step, Outcome outcome);

  /** Something is not as it should be, and does not keep the build from going on. */
  void warned(String warning);
}
