package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * Offsets in struct clone_args: {@code <linux/sched.h>}, as of Linux 5.7.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/clone.2.html">clone3(2)</a>
 */
final class CloneArguments {
  static final int SIZE = 88;

  private static final int FLAGS = 0;
  private static final int PIDFD = 8;
  private static final int PARENT_TID = 24;
  private static final int EXIT_SIGNAL = 32;
  private static final int STACK = 40;
  private static final int STACK_SIZE = 48;
  private static final int CGROUP = 80;

  /** Stands for the child's descriptor until there is one. */
  static final int NO_DESCRIPTOR = -1;

  private static final VarHandle PID = JAVA_INT.varHandle();

  private CloneArguments() {}

  /**
   * Writes the arguments.
   *
   * @param child takes the child's descriptor and, behind it, its process id, 32 bits each
   */
  static void write(
      MemorySegment args, long flags, MemorySegment child, MemorySegment stack, int exitSignal) {
    args.fill((byte) 0);
    args.set(JAVA_LONG, FLAGS, flags | Sched.CLONE_PIDFD | Sched.CLONE_PARENT_SETTID);
    args.set(JAVA_LONG, PIDFD, child.address());
    args.set(JAVA_LONG, PARENT_TID, child.address() + Integer.BYTES);
    args.set(JAVA_LONG, EXIT_SIGNAL, exitSignal);
    args.set(JAVA_LONG, STACK, stack.address());
    args.set(JAVA_LONG, STACK_SIZE, stack.byteSize());
  }

  static void setCgroup(MemorySegment args, int fd) {
    long flags = args.get(JAVA_LONG, FLAGS);
    args.set(JAVA_LONG, FLAGS, flags | Sched.CLONE_INTO_CGROUP);
    args.set(JAVA_LONG, CGROUP, fd);
  }

  static int pidFd(MemorySegment child) {
    return (int) PID.getAcquire(child, 0L);
  }

  /** The process id, which the kernel writes last, before the child runs; 0 until then. */
  static int pid(MemorySegment child) {
    return (int) PID.getAcquire(child, (long) Integer.BYTES);
  }

  static void forgetChild(MemorySegment child) {
    child.set(JAVA_INT, 0, NO_DESCRIPTOR);
    PID.setRelease(child, (long) Integer.BYTES, 0);
  }
}
