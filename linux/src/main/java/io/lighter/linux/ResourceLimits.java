package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * How much a process may have of what.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/prlimit.2.html">prlimit(2)</a>
 */
public final class ResourceLimits extends CallGroup {
  private static final int SELF = 0;
  private static final int OLD = 16;

  ResourceLimits(SystemCalls calls) {
    super(calls);
  }

  /** Returns a limit of this process. */
  public ResourceLimit get(Resource resource) {
    return get(SELF, resource);
  }

  /**
   * Returns a limit of a child that has not been reaped, so that its number is still its own.
   *
   * @throws LinuxException ESRCH when it has ended
   */
  public ResourceLimit get(PidFd child, Resource resource) {
    return get(child.pid(), resource);
  }

  private ResourceLimit get(int pid, Resource resource) {
    CallMemory memory = CallMemory.get();
    MemorySegment limits = memory.struct();
    check(SystemCall.PRLIMIT64, pid, resource.number(), 0, memory.structAddress() + OLD);
    return new ResourceLimit(limits.get(JAVA_LONG, OLD), limits.get(JAVA_LONG, OLD + 8));
  }

  /**
   * Sets a limit of this process.
   *
   * @return false when that would raise a hard limit and CAP_SYS_RESOURCE is lacking
   */
  public boolean set(Resource resource, ResourceLimit limit) {
    return set(SELF, resource, limit);
  }

  /** Sets a limit of a child that has not been reaped. */
  public boolean set(PidFd child, Resource resource, ResourceLimit limit) {
    return set(child.pid(), resource, limit);
  }

  private boolean set(int pid, Resource resource, ResourceLimit limit) {
    CallMemory memory = CallMemory.get();
    MemorySegment limits = memory.struct();
    limits.set(JAVA_LONG, 0, limit.soft());
    limits.set(JAVA_LONG, 8, limit.hard());
    long at = memory.structAddress();
    return checkUnless(Errno.EPERM, SystemCall.PRLIMIT64, pid, resource.number(), at, 0, 0);
  }
}
