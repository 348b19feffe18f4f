package io.lighter.cli.oci;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.InvalidValueException;
import io.lighter.cli.flags.Numbers;
import io.lighter.cli.flags.UsageException;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.runtime.spec.Process;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Descriptors of the caller's that a container gets under the same numbers: first those of socket
 * activation, sd_listen_fds(3), then those of {@code --preserve-fds}.
 */
final class PassedDescriptors implements AutoCloseable {
  /** More than a process can have by default is a mistake. */
  private static final int MOST = 1024;

  private static final int FIRST = 3;
  private static final String COUNT = "LISTEN_FDS";
  private static final String PID = "LISTEN_PID";
  private static final String NAMES = "LISTEN_FDNAMES";

  /** Of a command that passes none on. */
  static final PassedDescriptors NONE = new PassedDescriptors();

  private final List<Fd> descriptors = new ArrayList<>();
  private final List<String> variables = new ArrayList<>();

  private PassedDescriptors() {}

  /** The number that {@code --preserve-fds} gives, 0 without it. */
  static int count(Flags flags) {
    int count = 0;
    for (String value : flags.all("preserve-fds")) {
      try {
        count = (int) Numbers.digits(value, MOST);
      } catch (InvalidValueException e) {
        throw flags.invalid("preserve-fds", value, e);
      }
    }
    return count;
  }

  /**
   * Takes the descriptors over.
   *
   * @throws UsageException when one of them was not passed to this process
   */
  static PassedDescriptors take(Linux linux, Map<String, String> environment, int preserved) {
    PassedDescriptors passed = new PassedDescriptors();
    try {
      int listening = listening(environment, linux);
      passed.take(linux, listening, COUNT + "=" + listening);
      if (listening > 0) {
        passed.announce(listening, environment);
      }
      passed.take(linux, preserved, "--preserve-fds " + preserved);
      return passed;
    } catch (RuntimeException e) {
      passed.close();
      throw e;
    }
  }

  /** How many are for this process: another's are told by another process id. */
  private static int listening(Map<String, String> environment, Linux linux) {
    String count = environment.get(COUNT);
    String pid = environment.get(PID);
    if (count == null || pid == null) {
      return 0;
    }
    try {
      boolean ours = Numbers.digits(pid, Integer.MAX_VALUE) == linux.credentials().getpid();
      return ours ? (int) Numbers.digits(count, MOST) : 0;
    } catch (InvalidValueException e) {
      throw new UsageException(
          COUNT + "=" + count + ", " + PID + "=" + pid + ": " + e.getMessage());
    }
  }

  private void announce(int listening, Map<String, String> environment) {
    variables.add(COUNT + "=" + listening);
    // It is the first process of its pid namespace, or none that could know its number.
    variables.add(PID + "=1");
    String names = environment.get(NAMES);
    if (names != null) {
      variables.add(NAMES + "=" + names);
    }
  }

  private void take(Linux linux, int count, String reason) {
    for (int i = 0; i < count; i++) {
      int number = FIRST + descriptors.size();
      Fd fd = linux.descriptors().inheritedIfPassed(number);
      if (fd == null) {
        throw new UsageException(reason + ": descriptor " + number + " was not passed");
      }
      descriptors.add(fd);
    }
  }

  /** The descriptors, from number 3. */
  List<Fd> descriptors() {
    return descriptors;
  }

  /** A process that is told of the sockets among them. */
  Process announcedTo(Process process) {
    return variables.isEmpty()
        ? process
        : process.with(p -> p.env = EnvironmentList.join(process.env(), variables));
  }

  @Override
  public void close() {
    descriptors.forEach(Fd::close);
  }
}
