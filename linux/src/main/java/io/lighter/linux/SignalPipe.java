package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * The signals of this process, read from a pipe that a handler of ours writes them into.
 *
 * <p>Java's own way ({@code sun.misc.Signal}) leaves SIGQUIT to the JVM, which then prints its
 * threads into the standard output, and knows no real-time signals. signalfd(2) needs every thread
 * to block a signal, and a JVM has threads that start before Java does. So the handler is machine
 * code, and replaces the JVM's own for SIGHUP, SIGINT, SIGTERM and SIGQUIT.
 *
 * <p>There is one for a process, and it stays: a handler that is running while its signal is given
 * back must not write into a descriptor that is another file by then.
 *
 * <p>Safe for use by many threads.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/sigaction.2.html">rt_sigaction(2)</a>
 */
public final class SignalPipe extends CallGroup {
  private static final int LAST_SIGNAL = 64;
  private static final int RELEASED = 0;
  private static final long IGNORED = 1; // SIG_IGN
  private static final long SA_RESTORER = 0x0400_0000;
  private static final long SA_RESTART = 0x1000_0000;

  /** struct kernel_sigaction: four longs, handler, flags, restorer and mask. */
  private static final int ACTION_SIZE = 4 * Long.BYTES;

  private static final class Holder {
    static final SignalPipe PIPE = new SignalPipe(Linux.kernel());
  }

  private final Pipe pipe;
  private final long handler;
  private final long restorer;

  /** What was set for a signal before, by its number; null while it is not ours. */
  private final byte[][] replaced = new byte[LAST_SIGNAL + 1][];

  private SignalPipe(Linux linux) {
    super(linux.calls());
    this.pipe = linux.pipes().create(0);
    linux.descriptors().setNonBlocking(pipe.write(), true);
    Architecture architecture = Architecture.current();
    int offset = SignalHandlerCode.of(architecture).restorer();
    this.handler = map(SignalHandlerCode.writingTo(architecture, pipe.write().number()));
    this.restorer = offset == 0 ? 0 : handler + offset;
  }

  /** Returns the one of this process. */
  public static SignalPipe ofProcess() {
    return Holder.PIPE;
  }

  /**
   * Has a signal written into the pipe from now on, in place of its effect. One that is ignored
   * stays ignored: nohup(1) and a shell's background jobs mean it so.
   *
   * @param signal 1 to 64, not SIGKILL or SIGSTOP
   */
  public void handle(int signal) {
    handle(signal, false);
  }

  /**
   * Has a signal written into the pipe from now on though it may be ignored: for one that is a
   * command to this program, such as SIGHUP to a server, and not what a terminal does to it.
   *
   * @param signal 1 to 64, not SIGKILL or SIGSTOP
   */
  public void handleAlways(int signal) {
    handle(signal, true);
  }

  private synchronized void handle(int signal, boolean always) {
    if (replaced[signal] != null) {
      return;
    }
    MemorySegment actions = CallMemory.get().struct();
    actions.set(JAVA_LONG, 0, handler);
    actions.set(JAVA_LONG, Long.BYTES, SA_RESTART | (restorer == 0 ? 0 : SA_RESTORER));
    actions.set(JAVA_LONG, 2 * Long.BYTES, restorer);
    actions.set(JAVA_LONG, 3 * Long.BYTES, 0);
    long at = CallMemory.get().structAddress();
    set(signal, at, at + ACTION_SIZE);
    if (actions.get(JAVA_LONG, ACTION_SIZE) == IGNORED && !always) {
      set(signal, at + ACTION_SIZE, 0);
    } else {
      replaced[signal] = actions.asSlice(ACTION_SIZE, ACTION_SIZE).toArray(JAVA_BYTE);
    }
  }

  /** Gives all signals back what was set for them before, and lets {@link #take} return 0. */
  public synchronized void release() {
    for (int signal = 1; signal <= LAST_SIGNAL; signal++) {
      byte[] before = replaced[signal];
      if (before != null) {
        CallMemory memory = CallMemory.get();
        MemorySegment.copy(before, 0, memory.struct(), JAVA_BYTE, 0, ACTION_SIZE);
        set(signal, memory.structAddress(), 0);
        replaced[signal] = null;
      }
    }
    wake();
  }

  /** Lets {@link #take} return 0 once, for something else that is to end the waiting. */
  public void wake() {
    CallMemory memory = CallMemory.get();
    memory.struct().set(JAVA_BYTE, 0, (byte) RELEASED);
    checkRestarting(SystemCall.WRITE, pipe.write().number(), memory.structAddress(), 1, 0, 0, 0);
  }

  /** Waits for a signal and returns its number; 0 after each {@link #release} or {@link #wake}. */
  public int take() {
    CallMemory memory = CallMemory.get();
    checkRestarting(SystemCall.READ, pipe.read().number(), memory.structAddress(), 1, 0, 0, 0);
    return memory.struct().get(JAVA_BYTE, 0);
  }

  private void set(int signal, long action, long old) {
    check(SystemCall.RT_SIGACTION, signal, action, old, Signals.SIGSET_SIZE);
  }

  /** Maps code that is executable once it is no longer writable, and stays mapped. */
  private long map(byte[] code) {
    // PROT_READ|PROT_WRITE, then MAP_PRIVATE|MAP_ANONYMOUS: <asm-generic/mman.h>
    long page = check(SystemCall.MMAP, 0, code.length, 0x1 | 0x2, 0x22, -1, 0);
    MemorySegment.copy(
        code, 0, MemorySegment.ofAddress(page).reinterpret(code.length), JAVA_BYTE, 0, code.length);
    // PROT_READ|PROT_EXEC
    check(SystemCall.MPROTECT, page, code.length, 0x1 | 0x4, 0);
    return page;
  }
}
