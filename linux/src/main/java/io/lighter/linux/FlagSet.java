package io.lighter.linux;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;

/**
 * Flags of one argument, printed by the names of the constants that a class holds.
 *
 * <p>The names are found by reflection when the first call is printed, so that a constant is
 * written down once and a start that prints nothing pays nothing.
 */
enum FlagSet implements ArgumentKind {
  OPEN(Fcntl.class, "O_", true),
  AT(Fcntl.class, "AT_", true),
  BPF(BpfCommand.class, "BPF_", false),
  CLONE(Sched.class, "CLONE_", true),
  CLOSE_RANGE(Fcntl.class, "CLOSE_RANGE_", true),
  EPOLL_CTL(Epoll.class, "EPOLL_CTL_", false),
  FCNTL(Fcntl.class, "F_", false),
  FSCONFIG(MountFlags.class, "FSCONFIG_", false),
  FSMOUNT(MountFlags.class, "FSMOUNT_", true),
  FSOPEN(MountFlags.class, "FSOPEN_", true),
  IOCTL(Ioctl.class, "", false),
  IOPRIO_WHO(IoPriorities.class, "IOPRIO_WHO_", false),
  KEYCTL(Keyctl.class, "KEYCTL_", false),
  MNT(MountFlags.class, "MNT_", true),
  MOUNT_ATTR(MountFlags.class, "MOUNT_ATTR_", true),
  MOVE_MOUNT(MountFlags.class, "MOVE_MOUNT_", true),
  MS(MountFlags.class, "MS_", true),
  OPEN_TREE(MountFlags.class, "OPEN_TREE_", true),
  RESOLVE(Fcntl.class, "RESOLVE_", true),
  PERSONALITY(Personalities.class, "PER_", false),
  PRCTL(Prctl.class, "PR_", false),
  SIG_HOW(Signals.class, "SIG_", false);

  private record Constant(String name, long value) {}

  private final Class<?> holder;
  private final String prefix;
  private final boolean bits;

  FlagSet(Class<?> holder, String prefix, boolean bits) {
    this.holder = holder;
    this.prefix = prefix;
    this.bits = bits;
  }

  @Override
  public void print(long value, StringBuilder text) {
    List<Constant> constants = constants();
    for (Constant constant : constants) {
      if (constant.value == value && (value != 0 || !bits)) {
        text.append(constant.name);
        return;
      }
    }
    if (!bits) {
      text.append(value);
      return;
    }
    printBits(value, constants, text);
  }

  private static void printBits(long value, List<Constant> constants, StringBuilder text) {
    long rest = value;
    String separator = "";
    for (Constant constant : constants) {
      if (constant.value != 0 && (rest & constant.value) == constant.value) {
        text.append(separator).append(constant.name);
        separator = "|";
        rest &= ~constant.value;
      }
    }
    if (rest != 0 || separator.isEmpty()) {
      text.append(separator).append(rest == 0 ? "0" : "0x" + Long.toHexString(rest));
    }
  }

  private List<Constant> constants() {
    List<Constant> constants = new ArrayList<>();
    for (Field field : holder.getDeclaredFields()) {
      if (!Modifier.isStatic(field.getModifiers()) || !field.getName().startsWith(prefix)) {
        continue;
      }
      try {
        constants.add(new Constant(field.getName(), ((Number) field.get(null)).longValue()));
      } catch (IllegalAccessException e) {
        throw new AssertionError(field + " is a constant that others may read", e);
      }
    }
    // What has more bits goes first, so that O_SYNC is not printed as O_DSYNC and a rest.
    constants.sort((a, b) -> Long.compare(Long.bitCount(b.value), Long.bitCount(a.value)));
    return constants;
  }
}
