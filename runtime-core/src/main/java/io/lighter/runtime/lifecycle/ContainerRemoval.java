package io.lighter.runtime.lifecycle;

import io.lighter.linux.Linux;
import io.lighter.linux.PidFd;
import io.lighter.linux.Polling;
import io.lighter.linux.Signals;
import io.lighter.runtime.LifecycleLaunch;
import io.lighter.runtime.StartException;
import io.lighter.runtime.spec.Spec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The end of a stored container: its process, its cgroup, its {@code poststop} hooks, its folder.
 *
 * @param folder its state's
 */
record ContainerRemoval(ContainerStore store, Linux linux, String id, Path folder) {

  /**
   * Removes everything that is left of it. Who calls has its lock.
   *
   * @param state null when it was never made to its end
   * @param config reads its configuration, which takes longer than all the rest: asked where needed
   */
  void remove(@Nullable StateFile state, Supplier<Spec> config) {
    if (state != null) {
      end(state);
      cgroup(state).remove();
      if (wantsMoreAtItsEnd()) {
        Spec spec = config.get();
        // Asked first: to make a launch takes longer than all the rest of an end.
        if (spec.linuxOrEmpty().intelRdt() != null) {
          store.launch().release(spec, state.place(id, folder));
        }
        poststop(spec, state);
      }
    }
    store.forget(id);
    store.specifications().forget(id, state);
    removeFolder();
  }

  /**
   * Undoes a creation that failed, for which no hook runs.
   *
   * @param state null when it was not written
   * @param waiting null when there is no process
   */
  void undo(
      @Nullable StateFile state, LifecycleLaunch.@Nullable Waiting waiting, Supplier<Spec> config)
      throws Exception {
    if (waiting != null) {
      linux.processes().signal(waiting.process(), Signals.SIGKILL);
      linux.processes().waitFor(waiting.process());
      waiting.process().close();
      if (waiting.terminal() != null) {
        waiting.terminal().close();
      }
      waiting.memory().close();
    }
    // A launch that has failed has cleaned up; a cgroup of this name may be another container's.
    if (state != null && waiting != null) {
      cgroup(state).remove();
      store.launch().release(config.get(), state.place(id, folder));
    }
    removeFolder();
  }

  private ContainerCgroup cgroup(StateFile state) {
    return new ContainerCgroup(store, linux, state.place(id, folder), state.unit());
  }

  private void end(StateFile state) {
    if (state.pid() == 0 || ProcessTime.of(state.pid()) != state.startTime()) {
      return;
    }
    try (PidFd process = state.openProcess(linux)) {
      if (process != null) {
        linux.processes().signal(process, Signals.SIGKILL);
        new Polling(linux).poll(process, Polling.POLLIN, (int) ContainerCgroup.ENDING.toMillis());
      }
    }
  }

  /** Asked of the text: to read it as a specification takes longer than all the rest of the end. */
  private boolean wantsMoreAtItsEnd() {
    try {
      String config = Files.readString(folder.resolve(StoredContainer.CONFIG));
      return config.contains("\"poststop\"") || config.contains("\"intelRdt\"");
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException("the configuration of " + id + " cannot be read", e);
    }
  }

  /** Their failure is no reason to keep the container: runtime.md, "Lifecycle", step 13. */
  private void poststop(Spec spec, StateFile state) {
    if (!spec.hooks().poststop().isEmpty()) {
      try {
        store.launch().poststop(spec, state.place(id, folder));
      } catch (StartException e) {
        System.getLogger(StoredContainer.class.getName())
            .log(System.Logger.Level.WARNING, "container " + id + ": " + e.getMessage());
      }
    }
  }

  private void removeFolder() {
    try (Stream<Path> files = Files.walk(folder)) {
      // The last first: what lies in a folder comes after it.
      for (Path file : files.toList().reversed()) {
        Files.delete(file);
      }
    } catch (NoSuchFileException e) {
      return; // somebody else was quicker
    } catch (IOException e) {
      throw new UncheckedIOException("what is left of " + id + " cannot be removed", e);
    }
  }
}
