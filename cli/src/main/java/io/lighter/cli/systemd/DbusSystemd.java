package io.lighter.cli.systemd;

import io.lighter.runtime.systemd.Systemd;
import io.lighter.runtime.systemd.SystemdException;
import io.lighter.runtime.systemd.UnitProperty;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.freedesktop.dbus.DBusPath;

/**
 * A systemd that is spoken to by D-Bus.
 *
 * @see <a
 *     href="https://www.freedesktop.org/software/systemd/man/latest/org.freedesktop.systemd1.html">
 *     org.freedesktop.systemd1(5)</a>
 */
final class DbusSystemd implements Systemd {
  /** {@code 252.38-1~deb12u1}, and {@code v245} before 2020. */
  private static final Pattern VERSION = Pattern.compile("v?(\\d{1,6}).*");

  /** Fails when there is such a unit, or another job is about it. */
  private static final String MODE = "fail";

  private final BusConnection bus;
  private final Jobs jobs = new Jobs();
  private final BusUser user;
  private final Duration within;
  private final int version;
  private final String controlGroup;
  private boolean listening;

  private DbusSystemd(BusConnection bus, BusUser user, Duration within) {
    this.bus = bus;
    this.user = user;
    this.within = within;
    this.version = version(bus.property("Version"));
    this.controlGroup = bus.property("ControlGroup");
  }

  /**
   * Connects.
   *
   * @param within how long each answer, and each job, may take
   * @throws SystemdException when no systemd answers there
   */
  static DbusSystemd connect(BusAddress address, BusUser user, Duration within) {
    BusConnection bus = BusConnection.open(address, user.uid(), within);
    try {
      return new DbusSystemd(bus, user, within);
    } catch (BusErrorException e) {
      bus.close();
      throw new SystemdException("no systemd on this bus: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      bus.close();
      throw e;
    }
  }

  static int version(String text) {
    Matcher matcher = VERSION.matcher(text);
    if (!matcher.matches()) {
      throw new SystemdException("its version is not to be understood: " + text);
    }
    return Integer.parseInt(matcher.group(1));
  }

  @Override
  public boolean ofUser() {
    return !user.ofHost();
  }

  @Override
  public int version() {
    return version;
  }

  @Override
  public String controlGroup() {
    return controlGroup;
  }

  @Override
  public void startScope(String unit, List<UnitProperty> properties) {
    try {
      try {
        start(unit, properties);
      } catch (BusErrorException e) {
        if (!e.isOfSystemd("UnitExists")) {
          throw e;
        }
        // One that has failed is still known; one that lives is not touched by this.
        bus.manage("ResetFailedUnit", "s", unit);
        start(unit, properties);
      }
    } catch (BusErrorException e) {
      throw new SystemdException("systemd does not start " + unit + ": " + e.getMessage(), e);
    }
  }

  private void start(String unit, List<UnitProperty> properties) {
    listen();
    Object[] job =
        bus.manage(
            "StartTransientUnit",
            "ssa(sv)a(sa(sv))",
            unit,
            MODE,
            BusValues.of(properties),
            new Object[0]);
    await(job, "start", unit);
  }

  /** Before the job begins: it may end before the call that began it has been answered. */
  private void listen() {
    if (!listening) {
      bus.listen(Jobs.Manager.JobRemoved.class, jobs::ended);
      bus.manage("Subscribe", null);
      listening = true;
    }
  }

  private void await(Object[] job, String what, String unit) {
    String path = job[0] instanceof DBusPath known ? known.getPath() : String.valueOf(job[0]);
    String result = jobs.await(path, within.toMillis());
    if (result == null) {
      throw new SystemdException(
          "systemd did not "
              + what
              + " "
              + unit
              + " within "
              + BusConnection.seconds(within)
              + "; systemctl list-jobs shows what it waits for");
    }
    if (!result.equals("done")) {
      throw new SystemdException(
          "systemd did not "
              + what
              + " "
              + unit
              + ": its job ended as \""
              + result
              + "\"; the journal says why");
    }
  }

  @Override
  public void setProperties(String unit, List<UnitProperty> properties) {
    try {
      bus.manage("SetUnitProperties", "sba(sv)", unit, true, BusValues.of(properties));
      // It answers before it has written the files, and writes them before it answers again.
      bus.property("Version");
    } catch (BusErrorException e) {
      throw new SystemdException("systemd does not change " + unit + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void stop(String unit) {
    try {
      listen();
      await(bus.manage("StopUnit", "ss", unit, "replace"), "stop", unit);
      bus.manage("ResetFailedUnit", "s", unit);
    } catch (BusErrorException e) {
      if (!e.isOfSystemd("NoSuchUnit")) {
        throw new SystemdException("systemd does not stop " + unit + ": " + e.getMessage(), e);
      }
    }
  }

  @Override
  public void close() {
    bus.close();
  }
}
