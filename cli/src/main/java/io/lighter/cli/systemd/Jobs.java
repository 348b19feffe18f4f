package io.lighter.cli.systemd;

import java.util.HashMap;
import java.util.Map;
import org.freedesktop.dbus.DBusPath;
import org.freedesktop.dbus.annotations.DBusInterfaceName;
import org.freedesktop.dbus.exceptions.DBusException;
import org.freedesktop.dbus.interfaces.DBusInterface;
import org.freedesktop.dbus.messages.DBusSignal;
import org.freedesktop.dbus.types.UInt32;
import org.jspecify.annotations.Nullable;

/**
 * The jobs of systemd that have ended, since a connection has begun to listen.
 *
 * <p>Safe for use by many threads: signals come on those of the library.
 */
final class Jobs {
  private final Map<String, String> results = new HashMap<>();

  /** The interface that the signal belongs to: the library takes the names from here. */
  @DBusInterfaceName("org.freedesktop.systemd1.Manager")
  interface Manager extends DBusInterface {

    /** A job has ended: org.freedesktop.systemd1(5), JobRemoved(). */
    final class JobRemoved extends DBusSignal {
      private final DBusPath job;
      private final String result;

      /** Called by the library, by reflection. */
      public JobRemoved(String path, UInt32 id, DBusPath job, String unit, String result)
          throws DBusException {
        super(path, id, job, unit, result);
        this.job = job;
        this.result = result;
      }
    }
  }

  synchronized void ended(Manager.JobRemoved signal) {
    results.put(signal.job.getPath(), signal.result);
    notifyAll();
  }

  /**
   * Waits for the end of a job.
   *
   * @return {@code done}, {@code failed}, {@code canceled}, {@code timeout}, {@code dependency} or
   *     {@code skipped}; null when the time is over
   */
  synchronized @Nullable String await(String job, long millis) {
    long end = System.nanoTime() + millis * 1_000_000;
    try {
      while (!results.containsKey(job)) {
        long left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          return null;
        }
        wait(left);
      }
      return results.remove(job);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }
}
