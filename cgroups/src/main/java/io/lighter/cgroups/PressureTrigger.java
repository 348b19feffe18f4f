package io.lighter.cgroups;

import io.lighter.linux.Errno;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.LinuxException;
import io.lighter.linux.Polling;
import java.time.Duration;
import java.util.Locale;

/**
 * Tells when processes of a cgroup have waited for a resource for longer than a threshold within a
 * window of time; at most once a window. Wait for it here, or let a {@link CgroupWatcher} do it.
 *
 * @see <a href="https://docs.kernel.org/accounting/psi.html#monitoring-for-pressure-thresholds">
 *     PSI, Monitoring for pressure thresholds</a>
 */
public final class PressureTrigger implements AutoCloseable {
  /** What processes can wait for. */
  public enum Resource {
    CPU(CgroupEvent.CPU_PRESSURE),
    MEMORY(CgroupEvent.MEMORY_PRESSURE),
    IO(CgroupEvent.IO_PRESSURE);

    private final CgroupEvent event;

    Resource(CgroupEvent event) {
      this.event = event;
    }

    CgroupEvent event() {
      return event;
    }

    String file() {
      return name().toLowerCase(Locale.ROOT) + ".pressure";
    }
  }

  private static final Duration SHORTEST = Duration.ofMillis(500);
  private static final Duration LONGEST = Duration.ofSeconds(10);
  private static final long NANOS_PER_MICRO = 1_000;

  private final Cgroup cgroup;
  private final Resource resource;
  private final Fd fd;

  private PressureTrigger(Cgroup cgroup, Resource resource, Fd fd) {
    this.cgroup = cgroup;
    this.resource = resource;
    this.fd = fd;
  }

  static PressureTrigger open(
      Cgroup cgroup, Resource resource, Pressure.Share share, Duration stall, Duration window) {
    if (window.compareTo(SHORTEST) < 0
        || window.compareTo(LONGEST) > 0
        || stall.isNegative()
        || stall.isZero()
        || stall.compareTo(window) > 0) {
      throw new IllegalArgumentException(
          "a trigger of pressure takes a window of 500 ms to 10 s and a stall above 0 up to the"
              + " window, not "
              + stall.toMillis()
              + " ms in "
              + window.toMillis()
              + " ms");
    }
    String value =
        share.name().toLowerCase(Locale.ROOT)
            + (" " + stall.toNanos() / NANOS_PER_MICRO)
            + (" " + window.toNanos() / NANOS_PER_MICRO);
    Fd fd = null;
    try {
      fd =
          cgroup
              .tree()
              .linux()
              .files()
              .openat(cgroup.fd(), resource.file(), Fcntl.O_RDWR | Fcntl.O_NONBLOCK, 0);
      cgroup.tree().files().write(fd, value);
      return new PressureTrigger(cgroup, resource, fd);
    } catch (LinuxException e) {
      if (fd != null) {
        fd.close();
      }
      throw refused(cgroup, resource, value, e);
    }
  }

  private static CgroupException refused(
      Cgroup cgroup, Resource resource, String value, LinuxException e) {
    String why =
        switch (e.errno()) {
          case Errno.ENOENT, Errno.EOPNOTSUPP ->
              "; the kernel was built without pressure stall information or booted with psi=0:"
                  + " boot with psi=1";
          case Errno.EINVAL ->
              "; without CAP_SYS_RESOURCE the window is a multiple of 2 s, and 'full' of cpu is not"
                  + " there before Linux 5.13";
          case Errno.EPERM, Errno.EACCES -> "; Linux before 6.6 wants CAP_SYS_RESOURCE for it";
          default -> "";
        };
    return new CgroupException(
        "cannot watch "
            + resource.file()
            + " of the cgroup "
            + cgroup.path()
            + " for '"
            + value
            + "'"
            + why,
        e.errno(),
        e);
  }

  /** Returns the cgroup that is watched. */
  public Cgroup cgroup() {
    return cgroup;
  }

  /** Returns what processes wait for. */
  public Resource resource() {
    return resource;
  }

  /** Returns the descriptor: a poll on it reports POLLPRI, or POLLERR once the cgroup is gone. */
  public Fd fd() {
    return fd;
  }

  /**
   * Sleeps until the threshold is crossed.
   *
   * @return false when it was not within that time, or a signal came
   * @throws CgroupException when the cgroup has been removed
   */
  public boolean await(Duration within) {
    int happened =
        new Polling(cgroup.tree().linux())
            .poll(fd, Polling.POLLPRI, Deadline.in(within).millisLeft());
    if ((happened & Polling.POLLERR) != 0) {
      throw new CgroupException("the cgroup " + cgroup.path() + " has been removed");
    }
    return happened != 0;
  }

  @Override
  public void close() {
    fd.close();
  }
}
