package io.lighter.runtime.systemd;

import io.lighter.cgroups.Setting;
import io.lighter.runtime.spec.Spec;
import io.lighter.runtime.spec.SpecException;
import java.util.ArrayList;
import java.util.List;

/**
 * The scope of one container, which systemd makes or has made.
 *
 * @param systemd stays whose it is
 * @param name where it lies and what it is called
 * @param id of the container
 * @param annotated properties that the configuration asks for, which come last and so win
 */
public record Scope(Systemd systemd, ScopeName name, String id, List<UnitProperty> annotated) {
  /** Since when systemd has CollectMode. */
  private static final int COLLECTS = 236;

  public Scope {
    annotated = List.copyOf(annotated);
  }

  /**
   * Reads what a configuration asks for. Nothing is made yet.
   *
   * @throws SpecException naming the field that cannot be had
   */
  public static Scope of(Systemd systemd, Spec spec, String id) {
    ScopeName name = ScopeName.of(spec.linuxOrEmpty().cgroupsPath(), id, systemd.ofUser());
    return new Scope(systemd, name, id, AnnotatedProperties.of(spec.annotations()));
  }

  /** Returns the absolute path of its cgroup. */
  public String cgroup() {
    return systemd.controlGroup() + name.path();
  }

  /**
   * Has systemd make it.
   *
   * @param pid of the process that is moved into it
   * @param settings its limits
   * @throws SystemdException when it does not come to that
   */
  public void start(int pid, List<Setting> settings) {
    List<UnitProperty> properties = new ArrayList<>();
    properties.add(UnitProperty.text("Description", "lighter container " + id));
    properties.add(UnitProperty.text("Slice", name.slice()));
    properties.add(UnitProperty.processes(pid));
    // What lies below is ours, and all controllers are there for it.
    properties.add(UnitProperty.flag("Delegate", true));
    properties.add(UnitProperty.flag("MemoryAccounting", true));
    properties.add(UnitProperty.flag("CPUAccounting", true));
    properties.add(UnitProperty.flag("IOAccounting", true));
    properties.add(UnitProperty.flag("TasksAccounting", true));
    // At a shutdown whoever manages containers ends them, in an order of its own.
    properties.add(UnitProperty.flag("DefaultDependencies", false));
    if (systemd.version() >= COLLECTS) {
      // One that has failed, as by the OOM killer, is forgotten, too.
      properties.add(UnitProperty.text("CollectMode", "inactive-or-failed"));
    }
    properties.addAll(CgroupProperties.of(settings, systemd.version()));
    properties.addAll(annotated);
    systemd.startScope(name.unit(), properties);
  }

  /** Ends it, and what still runs in it. Fine where it has ended. */
  public void stop() {
    systemd.stop(name.unit());
  }

  /**
   * Changes the limits of a scope as systemd knows them, before its files are written.
   *
   * @param unit of the container
   */
  public static void update(Systemd systemd, String unit, List<Setting> settings) {
    List<UnitProperty> properties = CgroupProperties.of(settings, systemd.version());
    if (!properties.isEmpty()) {
      systemd.setProperties(unit, properties);
    }
  }
}
