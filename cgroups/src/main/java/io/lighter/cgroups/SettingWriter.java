package io.lighter.cgroups;

import io.lighter.linux.Errno;
import io.lighter.linux.LinuxException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Writes settings to a cgroup, three system calls each, and says why one is refused. */
final class SettingWriter {
  private static final String PARTITION = "cpuset.cpus.partition";

  private SettingWriter() {}

  static void apply(Cgroup cgroup, Collection<Setting> settings) {
    List<Setting> again = null;
    for (Setting setting : settings) {
      try {
        write(cgroup, setting);
      } catch (CgroupException e) {
        if (e.errno() != Errno.EINVAL || settings.size() == 1) {
          throw e;
        }
        again = again == null ? new ArrayList<>() : again;
        again.add(setting);
      }
    }
    if (again != null) {
      again.forEach(setting -> write(cgroup, setting));
    }
  }

  private static void write(Cgroup cgroup, Setting setting) {
    try {
      cgroup.tree().files().write(cgroup.fd(), setting.file(), setting.value());
    } catch (LinuxException e) {
      Setting instead = setting.instead();
      if (e.errno() == Errno.ENOENT && instead != null && kernelLacks(cgroup, setting)) {
        if (!instead.equals(Setting.NOTHING)) {
          write(cgroup, instead);
        }
        return;
      }
      throw refused(cgroup, setting, e);
    }
    if (setting.file().equals(PARTITION)) {
      checkPartition(cgroup, setting);
    }
  }

  /** The kernel takes any partition and says afterwards, in the file itself, when it cannot be. */
  private static void checkPartition(Cgroup cgroup, Setting setting) {
    String now = cgroup.read(PARTITION);
    if (now != null && now.contains("invalid")) {
      throw new CgroupException(
          "the cgroup "
              + cgroup.path()
              + " cannot be made a partition ("
              + setting
              + "): the"
              + " kernel says '"
              + now.strip()
              + "'");
    }
  }

  private static CgroupException refused(Cgroup cgroup, Setting setting, LinuxException e) {
    String what = "cannot set " + setting + " in the cgroup " + cgroup.path();
    String why =
        switch (e.errno()) {
          case Errno.ENOENT -> whyNoFile(cgroup, setting);
          case Errno.EINVAL, Errno.ERANGE, Errno.EOVERFLOW ->
              "; it takes " + ControlFileRange.of(setting.file());
          case Errno.ENODEV -> "; there is no such device, or the cgroup has been removed";
          case Errno.EROFS -> "; the cgroup tree is mounted read-only";
          case Errno.EACCES, Errno.EPERM -> "; the file is not this user's to write";
          case Errno.EOPNOTSUPP -> "; the kernel or the device cannot do it";
          case Errno.ENOSPC ->
              "; a process here needs what the parent does not give to it: "
                  + ControlFileRange.of(setting.file());
          case Errno.EBUSY -> "; a sibling or a child is in the way, or memory could not be freed";
          default -> "";
        };
    return new CgroupException(what + why, e.errno(), e);
  }

  /** Returns whether a file is missing though the cgroup has its controller. */
  private static boolean kernelLacks(Cgroup cgroup, Setting setting) {
    String available = cgroup.read("cgroup.controllers");
    Controller controller = setting.controller();
    return available != null
        && (controller == null || Controller.parse(available).contains(controller));
  }

  private static String whyNoFile(Cgroup cgroup, Setting setting) {
    Controller controller = setting.controller();
    CgroupTree tree = cgroup.tree();
    if (controller != null && !tree.controllers().contains(controller)) {
      return "; " + tree.whyNot(controller);
    }
    if (cgroup.read("cgroup.controllers") == null) {
      return "; the cgroup has been removed";
    }
    if (!kernelLacks(cgroup, setting)) {
      return "; the controller "
          + controller
          + " is not enabled for it: write +"
          + controller
          + " to cgroup.subtree_control of its parent";
    }
    return "; this kernel has no such file: it is too old, or was built without that feature";
  }
}
