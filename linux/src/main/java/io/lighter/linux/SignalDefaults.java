package io.lighter.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * The steps that give a child the signals of a process that nobody has touched.
 *
 * <p>CLONE_CLEAR_SIGHAND resets what the JVM handles but leaves ignored what it ignores, and the
 * mask is inherited too. A program that starts with SIGPIPE ignored misbehaves in ways that take
 * days to find.
 */
public final class SignalDefaults {
  private static final int LAST_SIGNAL = 64;
  private static final long NONE = 0;
  private static final long ALL = -1;

  private SignalDefaults() {}

  /** Adds steps that unblock every signal and reset those that this process ignores now. */
  public static void restore(LaunchProgram program) {
    restore(program, NONE);
  }

  /**
   * Adds steps that block every signal and reset those that this process ignores now. For a program
   * that will wait for its signals and sets its mask itself: process 1 of a PID namespace loses a
   * signal that comes before it has done so (pid_namespaces(7)), and any other ends by it.
   */
  public static void restoreBlocked(LaunchProgram program) {
    restore(program, ALL);
  }

  private static void restore(LaunchProgram program, long blocked) {
    program.call(
        SystemCall.RT_SIGPROCMASK,
        Signals.SIG_SETMASK,
        LaunchProgram.Struct.of(blocked == NONE ? "[]" : "~[]", blocked),
        0,
        Signals.SIGSET_SIZE);
    long ignored = ignored();
    for (int signal = 1; signal <= LAST_SIGNAL; signal++) {
      if ((ignored & (1L << (signal - 1))) != 0) {
        // struct kernel_sigaction: handler SIG_DFL, no flags, no restorer, an empty mask.
        LaunchProgram.Struct defaults = LaunchProgram.Struct.of("SIG_DFL", 0L, 0L, 0L, 0L);
        program.call(SystemCall.RT_SIGACTION, signal, defaults, 0, Signals.SIGSET_SIZE);
      }
    }
  }

  private static long ignored() {
    try {
      for (String line : java.nio.file.Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("SigIgn:")) {
          return Long.parseUnsignedLong(line.substring("SigIgn:".length()).strip(), 16);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("/proc is needed to know which signals are ignored", e);
    }
    throw new IllegalStateException("/proc/self/status has no line SigIgn");
  }
}
