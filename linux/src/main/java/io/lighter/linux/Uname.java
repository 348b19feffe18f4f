package io.lighter.linux;

/**
 * What the kernel says about itself.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/uname.2.html">uname(2)</a>
 */
public final class Uname extends CallGroup {
  /** Each field of struct new_utsname has 65 bytes with its NUL; they are told by position. */
  private static final int FIELD_SIZE = 65;

  private static final int NODENAME = 1;
  private static final int RELEASE = 2;
  private static final int VERSION = 3;
  private static final int MACHINE = 4;

  Uname(SystemCalls calls) {
    super(calls);
  }

  /** Returns the release: {@code 6.1.0-18-amd64}. */
  public String release() {
    return field(RELEASE);
  }

  /** Returns the version of the running kernel. */
  public KernelVersion kernelVersion() {
    return KernelVersion.parse(release());
  }

  /** Returns which build of the release it is: {@code #1 SMP PREEMPT_DYNAMIC ...}. */
  public String version() {
    return field(VERSION);
  }

  /** Returns the hostname of the calling thread's namespace. */
  public String nodename() {
    return field(NODENAME);
  }

  /** Returns the architecture: {@code x86_64}, {@code aarch64}. */
  public String machine() {
    return field(MACHINE);
  }

  private String field(int index) {
    CallMemory memory = CallMemory.get();
    check(SystemCall.UNAME, memory.structAddress(), 0);
    return memory.struct().getString((long) FIELD_SIZE * index);
  }
}
