package io.lighter.runtime.systemd;

import java.util.List;

/**
 * A connection to a running systemd: that of the host, or that of one user.
 *
 * <p>Every call is bounded in time, also where systemd does not answer. One thread at a time.
 *
 * @see <a
 *     href="https://www.freedesktop.org/software/systemd/man/latest/org.freedesktop.systemd1.html">
 *     org.freedesktop.systemd1(5)</a>
 */
public interface Systemd extends AutoCloseable {

  /** Returns whether it is a user's, which has no units but that user's. */
  boolean ofUser();

  /** Returns its version, such as 252: not every property is known to every version. */
  int version();

  /**
   * Returns the cgroup below which its slices lie, without a slash at its end: empty where that is
   * the root of the tree, as for that of a host.
   */
  String controlGroup();

  /**
   * Makes a scope and waits until it is there. Of one of this name that has failed before and is
   * still known it makes it anew.
   *
   * @param unit ends in {@code .scope}
   * @param properties {@code PIDs} among them: systemd refuses an empty scope
   * @throws SystemdException when it does not come to that
   */
  void startScope(String unit, List<UnitProperty> properties);

  /**
   * Changes properties of a unit until the next boot. Its cgroup has them when this returns.
   *
   * @throws SystemdException when systemd refuses one, or knows no such unit
   */
  void setProperties(String unit, List<UnitProperty> properties);

  /**
   * Ends a unit and waits for that, and forgets whether it has failed. Fine where there is none.
   *
   * @throws SystemdException when systemd does not do so in time
   */
  void stop(String unit);

  @Override
  void close();
}
