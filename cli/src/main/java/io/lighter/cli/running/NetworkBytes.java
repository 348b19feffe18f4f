package io.lighter.cli.running;

import io.lighter.cgroups.CgroupStatistics;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * How much went through the network interfaces of a process, loopback aside. A process in our own
 * network namespace has none of its own, and so no figures, as with Docker.
 *
 * @param received in bytes, or {@link CgroupStatistics#ABSENT} when it may not be looked at
 * @param sent the same
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_net.5.html">proc_pid_net(5)</a>
 */
public record NetworkBytes(long received, long sent) {
  static final NetworkBytes NONE = new NetworkBytes(0, 0);

  /** It may not be looked at. */
  static final NetworkBytes UNKNOWN =
      new NetworkBytes(CgroupStatistics.ABSENT, CgroupStatistics.ABSENT);

  private static final Path PROC = Path.of("/proc");
  private static final int SENT = 8;

  static NetworkBytes of(int pid) throws IOException {
    Path process = PROC.resolve(String.valueOf(pid));
    try {
      Path ours = Files.readSymbolicLink(PROC.resolve("self/ns/net"));
      return Files.readSymbolicLink(process.resolve("ns/net")).equals(ours)
          ? NONE
          : parse(Files.readString(process.resolve("net/dev")));
    } catch (NoSuchFileException e) {
      return NONE;
    } catch (AccessDeniedException e) {
      // Of the same user, but in another user namespace than this process.
      return UNKNOWN;
    }
  }

  /** Reads a table of interfaces: {@code NAME: BYTES PACKETS ...}, of which the ninth is sent. */
  static NetworkBytes parse(String table) {
    long received = 0;
    long sent = 0;
    for (String line : (Iterable<String>) table.lines()::iterator) {
      int colon = line.lastIndexOf(':');
      if (colon < 0 || line.substring(0, colon).strip().equals("lo")) {
        continue;
      }
      String[] figures = line.substring(colon + 1).strip().split("\\s+", -1);
      received += Long.parseLong(figures[0]);
      sent += Long.parseLong(figures[SENT]);
    }
    return new NetworkBytes(received, sent);
  }
}
