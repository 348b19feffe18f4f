package io.lighter.images.build;

import io.lighter.images.Digest;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** One step that makes a layer, or finds it in the cache. Used by one thread. */
final class LayerStep {
  private final BuildRun run;
  private final Step step;
  private final boolean usesCache;
  private Progress.@Nullable Outcome outcome;

  LayerStep(BuildRun run, String name, boolean usesCache) {
    this.run = run;
    this.step = run.newStep(name);
    this.usesCache = usesCache;
  }

  Step step() {
    return step;
  }

  /** What makes a layer out of nothing but its arguments. */
  @FunctionalInterface
  interface Body<T> {
    T run() throws IOException;
  }

  /** Runs the body, and tells how it ended. */
  <T> T tell(Body<T> body) throws IOException {
    try {
      run.commands().checkCancelled();
      T result = body.run();
      run.progress().ended(step, outcome == null ? Progress.Outcome.DONE : outcome);
      return result;
    } catch (CancellationException e) {
      run.progress().ended(step, Progress.Outcome.CANCELED);
      throw e;
    } catch (IOException | RuntimeException e) {
      run.progress().ended(step, Progress.Outcome.FAILED);
      throw e;
    }
  }

  /** Notes that there is nothing to be done. */
  void skip() {
    outcome = Progress.Outcome.CACHED;
  }

  /** Looks for a result under a key that is cheap to compute, null when there is none. */
  @Nullable Digest find(Digest key) throws IOException {
    Digest found = usesCache ? run.cache().find(key) : null;
    if (found != null) {
      outcome = Progress.Outcome.CACHED;
    }
    return found;
  }

  /** Returns the layer of a key; makes and keeps it when the cache has none. */
  Digest layer(Digest key, List<Digest> below, LayerMaker.Work work) throws IOException {
    Digest found = find(key);
    if (found != null) {
      run.cache().note(found, key);
      return found;
    }
    Digest made = run.layers().make(below, work);
    run.cache().note(made, key);
    run.cache().put(key, made);
    return made;
  }
}
