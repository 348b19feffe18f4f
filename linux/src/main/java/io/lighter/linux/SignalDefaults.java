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

  private SignalDefaults() {}

  /** Adds steps that unblock every signal and reset those that this process ignores now. */
  public static void restore(LaunchProgram program) {
    program.call(
        SystemCall.RT_SIGPROCMASK,
        Signals.SIG_SETMASK,
        LaunchProgram.Struct.of("[]", 0L),
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
