package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * Offsets in struct clone_args: {@code <linux/sched.h>}, as of Linux 5.7.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/clone.2.html">clone3(2)</a>
 */
final class CloneArguments {
  static final int SIZE = 88;

  private static final int FLAGS = 0;
  private static final int PIDFD = 8;
  private static final int EXIT_SIGNAL = 32;
  private static final int STACK = 40;
  private static final int STACK_SIZE = 48;
  private static final int CGROUP = 80;

  private CloneArguments() {}

  static void write(
      MemorySegment args, long flags, MemorySegment pidFd, MemorySegment stack, int exitSignal) {
    args.fill((byte) 0);
    args.set(JAVA_LONG, FLAGS, flags);
    args.set(JAVA_LONG, PIDFD, pidFd.address());
    args.set(JAVA_LONG, EXIT_SIGNAL, exitSignal);
    args.set(JAVA_LONG, STACK, stack.address());
    args.set(JAVA_LONG, STACK_SIZE, stack.byteSize());
  }

  static void setCgroup(MemorySegment args, int fd) {
    long flags = args.get(JAVA_LONG, FLAGS);
    args.set(JAVA_LONG, FLAGS, flags | Sched.CLONE_INTO_CGROUP);
    args.set(JAVA_LONG, CGROUP, fd);
  }

  static int pidFd(MemorySegment cell) {
    return cell.get(JAVA_INT, 0);
  }
}
