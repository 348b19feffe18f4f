package io.lighter.linux;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The capabilities of Linux, in the order of their numbers: {@code <linux/capability.h>}. A mask
 * has bit n for number n.
 *
 * <p>All 41 are known to every kernel from 5.9 on; a later kernel may have more, which {@code
 * /proc/sys/kernel/cap_last_cap} says.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/capabilities.7.html">capabilities(7)</a>
 */
public enum Capability {
  CAP_CHOWN(0),
  CAP_DAC_OVERRIDE(1),
  CAP_DAC_READ_SEARCH(2),
  CAP_FOWNER(3),
  CAP_FSETID(4),
  CAP_KILL(5),
  CAP_SETGID(6),
  CAP_SETUID(7),
  CAP_SETPCAP(8),
  CAP_LINUX_IMMUTABLE(9),
  CAP_NET_BIND_SERVICE(10),
  CAP_NET_BROADCAST(11),
  CAP_NET_ADMIN(12),
  CAP_NET_RAW(13),
  CAP_IPC_LOCK(14),
  CAP_IPC_OWNER(15),
  CAP_SYS_MODULE(16),
  CAP_SYS_RAWIO(17),
  CAP_SYS_CHROOT(18),
  CAP_SYS_PTRACE(19),
  CAP_SYS_PACCT(20),
  CAP_SYS_ADMIN(21),
  CAP_SYS_BOOT(22),
  CAP_SYS_NICE(23),
  CAP_SYS_RESOURCE(24),
  CAP_SYS_TIME(25),
  CAP_SYS_TTY_CONFIG(26),
  CAP_MKNOD(27),
  CAP_LEASE(28),
  CAP_AUDIT_WRITE(29),
  CAP_AUDIT_CONTROL(30),
  CAP_SETFCAP(31),
  CAP_MAC_OVERRIDE(32),
  CAP_MAC_ADMIN(33),
  CAP_SYSLOG(34),
  CAP_WAKE_ALARM(35),
  CAP_BLOCK_SUSPEND(36),
  CAP_AUDIT_READ(37),
  CAP_PERFMON(38),
  CAP_BPF(39),
  CAP_CHECKPOINT_RESTORE(40);

  /** The mask of all 41. */
  public static final long ALL = (1L << 41) - 1;

  private static final String PREFIX = "CAP_";

  private final int number;

  Capability(int number) {
    this.number = number;
  }

  /** Returns the number in the kernel's tables, 0 to 40. */
  public int number() {
    return number;
  }

  /** Returns the mask of this one. */
  public long mask() {
    return 1L << number;
  }

  /** Returns the mask of several. */
  public static long mask(Collection<Capability> capabilities) {
    long mask = 0;
    for (Capability capability : capabilities) {
      mask |= capability.mask();
    }
    return mask;
  }

  /** Returns those that a mask holds; bits above 40 are left out. */
  public static Set<Capability> in(long mask) {
    Set<Capability> set = EnumSet.noneOf(Capability.class);
    for (Capability capability : values()) {
      if ((mask & capability.mask()) != 0) {
        set.add(capability);
      }
    }
    return set;
  }

  /**
   * Returns the one of a name, or null.
   *
   * @param name in either case, with {@code CAP_} or without: {@code NET_ADMIN}
   */
  public static @Nullable Capability named(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    String full = upper.startsWith(PREFIX) ? upper : PREFIX + upper;
    for (Capability capability : values()) {
      if (capability.name().equals(full)) {
        return capability;
      }
    }
    return null;
  }
}
