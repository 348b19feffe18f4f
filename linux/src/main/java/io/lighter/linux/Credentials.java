package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;

/**
 * What this process is and may.
 *
 * <p>Capabilities and no_new_privs belong to a thread: what is changed here is the calling one
 * alone, and what it creates afterwards.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/credentials.7.html">credentials(7)</a>
 */
public final class Credentials extends CallGroup {
  /** {@code _LINUX_CAPABILITY_VERSION_3}, and offsets in the two structs of capget. */
  private static final int VERSION_3 = 0x20080522;

  private static final int HEADER_SIZE = 8;
  private static final int HALF_SIZE = 12;
  private static final int EFFECTIVE = 0;
  private static final int PERMITTED = 4;
  private static final int INHERITABLE = 8;

  Credentials(SystemCalls calls) {
    super(calls);
  }

  /** Returns the process id in the innermost pid namespace. */
  public int getpid() {
    return (int) check(SystemCall.GETPID, 0, 0);
  }

  /** Returns the calling thread's id; a virtual thread's is that of its carrier. */
  public int gettid() {
    return (int) check(SystemCall.GETTID, 0, 0);
  }

  /** Returns the effective user, 0 to 2^32-1. */
  public long geteuid() {
    return check(SystemCall.GETEUID, 0, 0);
  }

  /** Returns the effective group, 0 to 2^32-1. */
  public long getegid() {
    return check(SystemCall.GETEGID, 0, 0);
  }

  /**
   * Lets others of the same user look into this process, or not. A process that is not dumpable
   * writes no core, and {@code /proc/self} belongs to root.
   *
   * @see <a href="https://man7.org/linux/man-pages/man2/PR_SET_DUMPABLE.2const.html">
   *     PR_SET_DUMPABLE(2)</a>
   */
  public void setDumpable(boolean dumpable) {
    check(SystemCall.PRCTL, Prctl.PR_SET_DUMPABLE, dumpable ? 1 : 0);
  }

  /** Returns whether others of the same user may look into this process. */
  public boolean isDumpable() {
    return check(SystemCall.PRCTL, Prctl.PR_GET_DUMPABLE, 0) == 1;
  }

  /**
   * Makes this process the one that orphaned descendants become children of, or not.
   *
   * @see <a href="https://man7.org/linux/man-pages/man2/PR_SET_CHILD_SUBREAPER.2const.html">
   *     PR_SET_CHILD_SUBREAPER(2)</a>
   */
  public void setChildSubreaper(boolean reaper) {
    check(SystemCall.PRCTL, Prctl.PR_SET_CHILD_SUBREAPER, reaper ? 1 : 0);
  }

  /** Returns whether orphaned descendants become children of this process. */
  public boolean isChildSubreaper() {
    CallMemory memory = CallMemory.get();
    MemorySegment value = memory.zeroed(Integer.BYTES);
    check(SystemCall.PRCTL, Prctl.PR_GET_CHILD_SUBREAPER, memory.structAddress());
    return value.get(JAVA_INT, 0) != 0;
  }

  /**
   * Lets no exec give the calling thread more privileges than it has, for good.
   *
   * @see <a href="https://man7.org/linux/man-pages/man2/PR_SET_NO_NEW_PRIVS.2const.html">
   *     PR_SET_NO_NEW_PRIVS(2)</a>
   */
  public void setNoNewPrivileges() {
    check(SystemCall.PRCTL, Prctl.PR_SET_NO_NEW_PRIVS, 1);
  }

  /** Returns whether the calling thread has given that up. */
  public boolean hasNoNewPrivileges() {
    return check(SystemCall.PRCTL, Prctl.PR_GET_NO_NEW_PRIVS, 0) == 1;
  }

  /** Returns whether a capability is in the bounding set of the calling thread. */
  public boolean isBounded(Capability capability) {
    return check(SystemCall.PRCTL, Prctl.PR_CAPBSET_READ, capability.number()) == 1;
  }

  /** Takes a capability from the bounding set of the calling thread, for good. */
  public void dropBounded(Capability capability) {
    check(SystemCall.PRCTL, Prctl.PR_CAPBSET_DROP, capability.number());
  }

  /**
   * Returns the capabilities of the calling thread.
   *
   * @see <a href="https://man7.org/linux/man-pages/man2/capget.2.html">capget(2)</a>
   */
  public CapabilitySets capget() {
    CallMemory memory = CallMemory.get();
    MemorySegment struct = header(memory);
    long at = memory.structAddress();
    check(SystemCall.CAPGET, at, at + HEADER_SIZE);
    return new CapabilitySets(
        set(struct, EFFECTIVE), set(struct, PERMITTED), set(struct, INHERITABLE));
  }

  /**
   * Sets the capabilities of the calling thread.
   *
   * @throws LinuxException EPERM when it does not have what it asks for
   * @see <a href="https://man7.org/linux/man-pages/man2/capset.2.html">capset(2)</a>
   */
  public void capset(CapabilitySets sets) {
    CallMemory memory = CallMemory.get();
    MemorySegment struct = header(memory);
    put(struct, EFFECTIVE, sets.effective());
    put(struct, PERMITTED, sets.permitted());
    put(struct, INHERITABLE, sets.inheritable());
    long at = memory.structAddress();
    check(SystemCall.CAPSET, at, at + HEADER_SIZE);
  }

  private static MemorySegment header(CallMemory memory) {
    MemorySegment struct = memory.zeroed(HEADER_SIZE + 2 * HALF_SIZE);
    struct.set(JAVA_INT, 0, VERSION_3);
    return struct;
  }

  private static long set(MemorySegment struct, int offset) {
    long low = Integer.toUnsignedLong(struct.get(JAVA_INT, HEADER_SIZE + offset));
    return low | (long) struct.get(JAVA_INT, HEADER_SIZE + HALF_SIZE + offset) << 32;
  }

  private static void put(MemorySegment struct, int offset, long mask) {
    struct.set(JAVA_INT, HEADER_SIZE + offset, (int) mask);
    struct.set(JAVA_INT, HEADER_SIZE + HALF_SIZE + offset, (int) (mask >>> 32));
  }
}
