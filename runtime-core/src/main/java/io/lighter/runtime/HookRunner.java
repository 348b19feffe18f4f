package io.lighter.runtime;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.lighter.linux.ExitStatus;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.PidFd;
import io.lighter.linux.Pipe;
import io.lighter.linux.Polling;
import io.lighter.linux.Signals;
import io.lighter.linux.Stat;
import io.lighter.runtime.spec.Hook;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Runs hooks, one after the other, each with the container's state on its standard input:
 * config.md, "POSIX-platform Hooks".
 *
 * <p>A hook that fails, or does not end in time, ends the series.
 */
final class HookRunner {
  /** How much of what a hook writes is kept for the error. */
  private static final int KEPT = 4096;

  private static final int MILLIS = 1000;

  private final Linux linux;

  HookRunner(Linux linux) {
    this.linux = linux;
  }

  /** How a hook is started, and where. */
  @FunctionalInterface
  interface Way {
    /**
     * Starts a hook.
     *
     * @throws RuntimeException when it cannot be started; nothing of it is left then
     */
    PidFd start(Hook hook, Stdio stdio);
  }

  /**
   * Runs the hooks of one kind.
   *
   * @param kind its field, for errors
   * @param state the container's, as JSON
   * @throws StartException names the hook and why it failed
   */
  void run(String kind, List<Hook> hooks, String state, Way way) {
    for (int i = 0; i < hooks.size(); i++) {
      Hook hook = hooks.get(i);
      run("hooks." + kind + "[" + i + "] (" + hook.path() + ")", hook, state, way);
    }
  }

  private void run(String name, Hook hook, String state, Way way) {
    try (Arena arena = Arena.ofShared();
        Fd stdin = memoryFile(state, arena);
        Pipe output = linux.pipes().create(0)) {
      PidFd process = way.start(hook, new Stdio(stdin, output.write(), output.write()));
      output.write().close();
      try (process) {
        wait(name, hook, process, output.read(), arena);
      }
    } catch (LinuxException e) {
      throw new StartException(name + ": " + e.getMessage(), e);
    } catch (StartException e) {
      throw String.valueOf(e.getMessage()).startsWith("hooks.")
          ? e
          : new StartException(name + ": " + e.getMessage(), e);
    }
  }

  /** A file, so that a hook which does not read its input keeps nobody waiting. */
  private Fd memoryFile(String text, Arena arena) {
    Fd file = linux.memoryFiles().create("state", 0);
    byte[] bytes = text.getBytes(UTF_8);
    MemorySegment memory = arena.allocate(Math.max(1, bytes.length));
    memory.copyFrom(MemorySegment.ofArray(bytes));
    long done = 0;
    while (done < bytes.length) {
      done += linux.files().write(file, memory.asSlice(done, bytes.length - done));
    }
    linux.files().lseek(file, 0, Stat.SEEK_SET);
    return file;
  }

  private void wait(String name, Hook hook, PidFd process, Fd output, Arena arena) {
    linux.descriptors().setNonBlocking(output, true);
    MemorySegment buffer = arena.allocate(KEPT);
    StringBuilder said = new StringBuilder();
    Polling polling = new Polling(linux);
    long end = hook.timeout() == null ? Long.MAX_VALUE : now() + hook.timeout() * (long) MILLIS;
    boolean ended = false;
    while (!ended) {
      long left = end - now();
      if (left <= 0) {
        // It leads a session; what it has started ends with it.
        linux.processes().signalGroup(process, Signals.SIGKILL);
        linux.processes().waitFor(process);
        throw new StartException(
            StartException.Kind.RUNTIME,
            name + " did not end within its timeout of " + hook.timeout() + " s and was killed");
      }
      ended = polling.poll(process, Polling.POLLIN, (int) Math.min(left, 100)) != 0;
      drain(output, buffer, said);
    }
    ExitStatus status = linux.processes().waitFor(process);
    if (status.shellStatus() != 0) {
      String text = said.isEmpty() ? "" : ": " + said.toString().strip();
      throw new StartException(
          StartException.Kind.RUNTIME, name + " ended with status " + status.shellStatus() + text);
    }
  }

  private static long now() {
    return System.nanoTime() / 1_000_000;
  }

  /** Reads what there is; beyond what is kept it is read and lost, so that the hook goes on. */
  private void drain(Fd output, MemorySegment buffer, StringBuilder said) {
    long length = linux.files().read(output, buffer);
    while (length > 0) {
      if (said.length() < KEPT) {
        byte[] bytes = buffer.asSlice(0, length).toArray(JAVA_BYTE);
        said.append(new String(bytes, UTF_8));
      }
      length = linux.files().read(output, buffer);
    }
  }
}
