package io.lighter.linux;

import io.lighter.linux.LaunchProgram.Struct;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** The structs of the kernel that the calls of launch programs take. */
public final class LaunchStructs {
  /** Bytes of struct open_how, the last argument of openat2. */
  public static final int OPEN_HOW_SIZE = 24;

  /** Bytes of struct mount_attr, the last argument of mount_setattr. */
  public static final int MOUNT_ATTR_SIZE = 32;

  /** Bytes of struct sched_attr with its clamps of utilization, Linux 5.3. */
  private static final long SCHED_ATTR_SIZE = 56;

  /** _LINUX_CAPABILITY_VERSION_3 of {@code <linux/capability.h>}. */
  private static final long CAPABILITY_VERSION_3 = 0x20080522L;

  private LaunchStructs() {}

  /**
   * Returns struct open_how.
   *
   * @param flags O_ bits of {@link Fcntl}
   * @param mode permission bits with O_CREAT, otherwise 0
   * @param resolve RESOLVE_ bits of {@link Fcntl}
   */
  public static Struct openHow(int flags, int mode, long resolve) {
    StringBuilder shown = new StringBuilder("flags=");
    FlagSet.OPEN.print(Integer.toUnsignedLong(flags), shown);
    if (mode != 0) {
      ArgumentKind.Plain.OCTAL.print(mode, shown.append(", mode="));
    }
    FlagSet.RESOLVE.print(resolve, shown.append(", resolve="));
    return Struct.of(
        shown.toString(), Integer.toUnsignedLong(flags), Integer.toUnsignedLong(mode), resolve);
  }

  /**
   * Returns struct mount_attr.
   *
   * @param set MOUNT_ATTR_ bits to set
   * @param clear MOUNT_ATTR_ bits to clear
   * @param propagation MS_PRIVATE and its like, or 0 to leave it
   */
  public static Struct mountAttr(long set, long clear, long propagation) {
    StringBuilder shown = new StringBuilder("attr_set=");
    FlagSet.MOUNT_ATTR.print(set, shown);
    FlagSet.MOUNT_ATTR.print(clear, shown.append(", attr_clr="));
    FlagSet.MS.print(propagation, shown.append(", propagation="));
    return Struct.of(shown.toString(), set, clear, propagation, 0L);
  }

  /**
   * Returns struct rlimit64.
   *
   * @param soft the limit in force, -1 for none
   * @param hard the most that the soft limit may become, -1 for none
   */
  public static Struct rlimit(long soft, long hard) {
    return Struct.of(
        "rlim_cur="
            + (soft == -1 ? "RLIM_INFINITY" : Long.toUnsignedString(soft))
            + ", rlim_max="
            + (hard == -1 ? "RLIM_INFINITY" : Long.toUnsignedString(hard)),
        soft,
        hard);
  }

  /** Returns the header of capset for the calling thread. */
  public static Struct capabilityHeader() {
    return Struct.of("_LINUX_CAPABILITY_VERSION_3, 0", CAPABILITY_VERSION_3);
  }

  /** Returns the data of capset: sets as masks with bit n for capability n. */
  public static Struct capabilityData(long effective, long permitted, long inheritable) {
    long low = 0xffffffffL;
    return Struct.of(
        "effective=0x"
            + Long.toHexString(effective)
            + ", permitted=0x"
            + Long.toHexString(permitted)
            + ", inheritable=0x"
            + Long.toHexString(inheritable),
        (effective & low) | (permitted << 32),
        (inheritable & low) | ((effective >>> 32) << 32),
        (permitted >>> 32) | ((inheritable >>> 32) << 32));
  }

  /** Returns an array of group ids for setgroups. */
  public static Struct groups(List<Long> gids) {
    List<Object> words = new ArrayList<>();
    for (int i = 0; i < gids.size(); i += 2) {
      long second = i + 1 < gids.size() ? gids.get(i + 1) : 0;
      words.add((gids.get(i) & 0xffffffffL) | (second << 32));
    }
    if (words.isEmpty()) {
      words.add(0L);
    }
    return new Struct(gids.toString(), words);
  }

  /**
   * Returns struct ifreq with the flags of an interface, for SIOCSIFFLAGS.
   *
   * @param name up to 7 characters
   * @param flags IFF_ bits of {@code <linux/if.h>}
   */
  public static Struct interfaceFlags(String name, int flags) {
    if (name.isEmpty() || name.length() > 7) {
      throw new IllegalArgumentException("an interface name of 1 to 7 characters: " + name);
    }
    long packed = 0;
    for (int i = 0; i < name.length(); i++) {
      packed |= (long) name.charAt(i) << (8 * i);
    }
    return Struct.of(
        "ifr_name=\"" + name + "\", ifr_flags=0x" + Integer.toHexString(flags),
        packed,
        0L,
        (long) flags,
        0L,
        0L);
  }

  /**
   * Returns struct sched_attr, for sched_setattr.
   *
   * @param policy SCHED_ number of {@code <linux/sched.h>}
   * @param flags SCHED_FLAG_ bits; a clamp of utilization that they ask for is 0
   * @param nice -20 to 19, of the policies that have it
   * @param priority 1 to 99 for real-time policies, otherwise 0
   * @param runtime nanoseconds, unsigned, for SCHED_DEADLINE, as are the two that follow
   */
  public static Struct schedAttr(
      int policy, long flags, int nice, int priority, long runtime, long deadline, long period) {
    String shown = "sched_policy=" + policy + ", sched_flags=0x" + Long.toHexString(flags);
    shown += ", sched_nice=" + nice + ", sched_priority=" + priority;
    shown += ", sched_runtime=" + Long.toUnsignedString(runtime);
    shown += ", sched_deadline=" + Long.toUnsignedString(deadline);
    shown += ", sched_period=" + Long.toUnsignedString(period);
    return Struct.of(
        shown,
        SCHED_ATTR_SIZE | (long) policy << 32,
        flags,
        Integer.toUnsignedLong(nice) | (long) priority << 32,
        runtime,
        deadline,
        period,
        0L);
  }

  /**
   * Returns a bitmap as the kernel has them, a whole number of words: of CPUs for
   * sched_setaffinity, of nodes for set_mempolicy. {@link #bitmapBits} is its size.
   */
  public static Struct bitmap(BitSet bits) {
    List<Object> words = new ArrayList<>();
    long[] set = bits.toLongArray();
    for (int i = 0; i < bitmapBits(bits) / Long.SIZE; i++) {
      words.add(i < set.length ? set[i] : 0L);
    }
    String shown = bits.toString();
    return new Struct(shown.substring(1, shown.length() - 1), words);
  }

  /** Returns how many bits {@link #bitmap} makes of a set, a multiple of 64. */
  public static int bitmapBits(BitSet bits) {
    return Math.max(1, Math.ceilDiv(bits.length(), Long.SIZE)) * Long.SIZE;
  }
}
