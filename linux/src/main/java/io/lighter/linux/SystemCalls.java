package io.lighter.linux;

/**
 * The seam between Lighter and the kernel: one system call, its arguments and its result, all raw.
 *
 * <p>{@link Linux#kernel()} runs the calls; {@link RecordedSystemCalls} writes them down and
 * answers what a test wants, EINTR and EMFILE included. Implementations are safe for use by many
 * threads.
 */
public interface SystemCalls {

  /**
   * Makes a system call that may block.
   *
   * @return what the kernel returned: from -4095 to -1 an errno with its sign turned, as in section
   *     2 of the manual under "intro"
   */
  long call(SystemCall call, long a0, long a1, long a2, long a3, long a4, long a5);

  /**
   * Makes a system call that never blocks and returns within microseconds. It may keep the JVM from
   * reaching a safepoint meanwhile, and is cheaper for that.
   */
  long callCritical(SystemCall call, long a0, long a1, long a2, long a3, long a4, long a5);

  /**
   * Clones a child that walks a launch program: by clone3, or where the program was made for a
   * kernel without it by clone.
   *
   * @return the child's process id in the caller's pid namespace, or an errno with its sign turned.
   *     With CLONE_VFORK it returns when the child has run another program or has ended.
   */
  long launch(LaunchImage image);

  /**
   * Returns which of the newer calls are not to be had here. Asked where a newer call has failed,
   * or where a launch program is made.
   */
  default MissingCalls missing() {
    return MissingCalls.NONE;
  }
}
