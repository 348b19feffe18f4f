package io.lighter.cli.engines;

import io.lighter.cli.engines.EngineHost.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A host within this one whose first process is Debian's systemd, with a system bus. It may change
 * nothing of ours: {@code /etc} and the settings of the kernel are read-only in it.
 */
public final class SystemdHost {
  private static final String INIT =
      """
      set -e
      umount -R /sys/fs/cgroup
      mount -t cgroup2 cgroup2 /sys/fs/cgroup
      mkdir /sys/fs/cgroup/leaf
      mount --bind FOLDER /mnt
      for own in /run /var/lib /dev/shm; do mount -t tmpfs tmpfs $own; done
      mkdir -p FOLDER
      mount --move /mnt FOLDER
      for kept in /etc /proc/sys; do
        mount --bind $kept $kept
        mount -o remount,bind,ro $kept
      done
      echo ready
      export container=lighter SYSTEMD_LOG_TARGET=console
      export SYSTEMD_UNIT_PATH=/run/systemd/system.control:/run/systemd/transient:FOLDER/units
      export SYSTEMD_GENERATOR_PATH=FOLDER/none SYSTEMD_ENVIRONMENT_GENERATOR_PATH=FOLDER/none
      exec /lib/systemd/systemd --system --show-status=no </dev/null >FOLDER/systemd.log 2>&1
      """;

  private static final String TARGET =
      """
      [Unit]
      Wants=dbus.socket dbus.service
      """;

  private static final String SOCKET =
      """
      [Unit]
      DefaultDependencies=no
      [Socket]
      ListenStream=/run/dbus/system_bus_socket
      """;

  private static final String SERVICE =
      """
      [Unit]
      DefaultDependencies=no
      Requires=dbus.socket
      [Service]
      ExecStart=dbus-daemon --config-file=FOLDER/bus.conf --address=systemd: --nofork --nopidfile
      """;

  private static final String BUS =
      """
      <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
       "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
      <busconfig>
        <type>session</type>
        <listen>unix:path=/run/dbus/system_bus_socket</listen>
        <auth>EXTERNAL</auth>
        <policy context="default">
          <allow send_destination="*" eavesdrop="true"/>
          <allow eavesdrop="true"/>
          <allow own="*"/>
        </policy>
      </busconfig>
      """;

  private SystemdHost() {}

  /** Starts one, and returns when systemd answers on the bus. */
  public static EngineHost start(Path folder, Map<String, String> environment)
      throws IOException, InterruptedException {
    Path units = Files.createDirectory(folder.resolve("units"));
    write(folder, units.resolve("default.target"), TARGET);
    write(folder, units.resolve("dbus.socket"), SOCKET);
    write(folder, units.resolve("dbus.service"), SERVICE);
    write(folder, folder.resolve("bus.conf"), BUS);
    EngineHost host =
        EngineHost.start(folder, environment, INIT.replace("FOLDER", folder.toString()));
    // Its first answers come before it is on the bus.
    while (host.run("busctl", "status", "org.freedesktop.systemd1").status() != 0) {
      Thread.sleep(50);
    }
    return host;
  }

  private static void write(Path folder, Path file, String text) throws IOException {
    Files.writeString(file, text.replace("FOLDER", folder.toString()));
  }

  /** What systemd says of a unit, each property a line. */
  public static String show(EngineHost host, String unit, String... properties)
      throws IOException, InterruptedException {
    Outcome outcome = host.run("systemctl", "show", "-p", String.join(",", properties), unit);
    return outcome.output();
  }
}
