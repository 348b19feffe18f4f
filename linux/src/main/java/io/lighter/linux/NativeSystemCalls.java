package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The kernel itself. The one class that owns the {@link Linker}.
 *
 * <p>All calls share one signature of seven longs, because each further signature costs about 10 ms
 * of a JVM's start, and go through our own machine code, which returns the kernel's raw result: no
 * errno has to be captured, nothing is allocated.
 */
final class NativeSystemCalls implements SystemCalls {
  private static final FunctionDescriptor SEVEN_LONGS =
      FunctionDescriptor.of(
          JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

  /**
   * Made when the first call is made: the linker costs half of a JVM's start, and a process that
   * only reads files, such as a container's state, never needs it.
   */
  private static final class Blocking {
    static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(SEVEN_LONGS);

    static {
      Linux.inUse = true;
    }
  }

  /** Made when the first call is made, too. */
  private static final class Code {
    static final MemorySegment PAGE = mapCode();

    static final MemorySegment SYSTEM_CALL =
        PAGE.asSlice(MachineCode.of(Architecture.current()).systemCall());

    static final MemorySegment LAUNCH =
        PAGE.asSlice(MachineCode.of(Architecture.current()).launch());
  }

  /** Made when the first critical call is made: a short-lived process may never need it. */
  private static final class Critical {
    static final MethodHandle HANDLE =
        Linker.nativeLinker().downcallHandle(SEVEN_LONGS, Linker.Option.critical(false));
  }

  /** Found out when it is first asked for: on a kernel that has everything that is at a start. */
  private static final class Missing {
    static final MissingCalls CALLS = MissingCalls.probe(new NativeSystemCalls());
  }

  @Override
  public long call(SystemCall call, long a0, long a1, long a2, long a3, long a4, long a5) {
    return invoke(Code.SYSTEM_CALL, call.number(), a0, a1, a2, a3, a4, a5);
  }

  @Override
  public long callCritical(SystemCall call, long a0, long a1, long a2, long a3, long a4, long a5) {
    try {
      return (long)
          Critical.HANDLE.invokeExact(
              Code.SYSTEM_CALL, (long) call.number(), a0, a1, a2, a3, a4, a5);
    } catch (Throwable e) {
      throw new AssertionError("a downcall does not throw", e);
    }
  }

  @Override
  public long launch(LaunchImage image) {
    LaunchImage.Birth birth = image.birth();
    return invoke(
        Code.LAUNCH,
        birth.call().number(),
        birth.first(),
        birth.second(),
        birth.third(),
        image.firstStep(),
        image.endOfSteps(),
        image.progress());
  }

  @Override
  public MissingCalls missing() {
    return Missing.CALLS;
  }

  private static long invoke(
      MemorySegment function, long a0, long a1, long a2, long a3, long a4, long a5, long a6) {
    try {
      return (long) Blocking.HANDLE.invokeExact(function, a0, a1, a2, a3, a4, a5, a6);
    } catch (Throwable e) {
      throw new AssertionError("a downcall does not throw", e);
    }
  }

  /**
   * Maps the machine code: a page that is written while it is not executable, and executable once
   * it is no longer writable. On aarch64 the kernel makes the instruction cache coherent when the
   * page first becomes executable, because it was never executable before.
   */
  private static MemorySegment mapCode() {
    Linker linker = Linker.nativeLinker();
    MemorySegment syscall = linker.defaultLookup().findOrThrow("syscall");
    byte[] code = MachineCode.of(Architecture.current()).bytes();
    // PROT_READ|PROT_WRITE, then MAP_PRIVATE|MAP_ANONYMOUS: <asm-generic/mman.h>
    long page = invoke(syscall, SystemCall.MMAP.number(), 0, code.length, 0x1 | 0x2, 0x22, -1, 0);
    if (page == -1) {
      throw new IllegalStateException("mmap of a page for machine code failed: out of memory");
    }
    MemorySegment segment = MemorySegment.ofAddress(page).reinterpret(code.length);
    MemorySegment.copy(code, 0, segment, JAVA_BYTE, 0, code.length);
    // PROT_READ|PROT_EXEC
    if (invoke(syscall, SystemCall.MPROTECT.number(), page, code.length, 0x1 | 0x4, 0, 0, 0) != 0) {
      throw new IllegalStateException(
          "the kernel refuses executable memory (mprotect with PROT_EXEC); a security module such"
              + " as SELinux (execmem) forbids it for this process, and a JVM needs it too");
    }
    return segment;
  }
}
