package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * Programs that the kernel runs for a cgroup when one of its processes wants a device, and their
 * attachment.
 *
 * <p>All programs that are attached to a cgroup and to those above it must let a request pass. An
 * attachment ends with the cgroup.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/bpf.2.html">bpf(2)</a>
 */
public final class Bpf extends CallGroup {
  /** The most programs that a cgroup holds: BPF_CGROUP_MAX_PROGS of the kernel. */
  public static final int MAX_PROGRAMS = 64;

  private static final int BPF_PROG_TYPE_CGROUP_DEVICE = 15;
  private static final int BPF_CGROUP_DEVICE = 6;
  private static final int BPF_F_ALLOW_MULTI = 1 << 1;
  private static final int BPF_F_REPLACE = 1 << 2;

  /** Offsets in the part of {@code union bpf_attr} for BPF_PROG_LOAD. */
  private static final int PROG_TYPE = 0;

  private static final int INSN_CNT = 4;
  private static final int INSNS = 8;
  private static final int LICENSE = 16;
  private static final int LOG_LEVEL = 24;
  private static final int LOG_SIZE = 28;
  private static final int LOG_BUF = 32;
  private static final int PROG_NAME = 48;
  private static final int LOAD_SIZE = 72;

  /** BPF_OBJ_NAME_LEN, the terminating zero included. */
  private static final int NAME_LENGTH = 16;

  /** The same for BPF_PROG_ATTACH and BPF_PROG_DETACH. */
  private static final int TARGET_FD = 0;

  private static final int ATTACH_BPF_FD = 4;
  private static final int ATTACH_TYPE = 8;
  private static final int ATTACH_FLAGS = 12;
  private static final int REPLACE_BPF_FD = 16;
  private static final int ATTACH_SIZE = 20;

  /** The same for BPF_PROG_QUERY, whose size has grown: kernels write beyond an older one. */
  private static final int QUERY_ATTACH_TYPE = 4;

  private static final int PROG_IDS = 16;
  private static final int PROG_CNT = 24;
  private static final int QUERY_SIZE = 64;

  /** The same for BPF_OBJ_GET_INFO_BY_FD, and {@code struct bpf_prog_info.id}. */
  private static final int INFO_LEN = 4;

  private static final int INFO = 8;
  private static final int INFO_SIZE = 16;
  private static final int PROG_INFO_ID = 4;
  private static final int PROG_INFO_SIZE = 8;

  /** Where else something is put in a call's struct memory. */
  private static final int BESIDE = 512;

  /** Enough for what the verifier says of a program of {@link Ebpf#BPF_MAXINSNS}. */
  private static final int LOG_BYTES = 1 << 20;

  /** A signal that is pending makes the kernel give up a load with EAGAIN. */
  private static final int ATTEMPTS = 5;

  Bpf(SystemCalls calls) {
    super(calls);
  }

  /**
   * Loads a program that judges requests as {@link DeviceContext} describes them. Since Linux 4.15,
   * where it is built with CONFIG_CGROUP_BPF; needs CAP_BPF and CAP_NET_ADMIN, or CAP_SYS_ADMIN, in
   * the first user namespace.
   *
   * @param name 1 to 15 letters, digits, dots and underscores, for who lists programs
   * @throws VerifierException when the kernel does not find the program safe
   * @throws LinuxException ENOSYS without CONFIG_BPF_SYSCALL, EINVAL without CONFIG_CGROUP_BPF,
   *     EPERM without the capabilities, E2BIG when it is longer than {@link Ebpf#BPF_MAXINSNS} and
   *     CAP_BPF is lacking
   */
  public BpfProgram loadDeviceProgram(EbpfProgram program, String name) {
    if (name.isEmpty() || name.length() >= NAME_LENGTH) {
      throw new IllegalArgumentException("the name of a program has 1 to 15 bytes: " + name);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attributes = loadAttributes(program, name, arena);
      long result = load(attributes);
      if (Errno.isError(result)) {
        String log = verifierLog(attributes, arena);
        if (!log.isEmpty()) {
          throw new VerifierException(
              name + " of " + program.length() + " instructions", (int) -result, log);
        }
        throw LinuxException.of(
            SystemCall.BPF,
            result,
            BpfCommand.BPF_PROG_LOAD,
            attributes.address(),
            LOAD_SIZE,
            0,
            0,
            0);
      }
      return new BpfProgram(calls, result);
    }
  }

  private static MemorySegment loadAttributes(EbpfProgram program, String name, Arena arena) {
    MemorySegment instructions = arena.allocateFrom(JAVA_LONG, program.instructions());
    MemorySegment attributes = arena.allocate(LOAD_SIZE, Long.BYTES);
    attributes.set(JAVA_INT, PROG_TYPE, BPF_PROG_TYPE_CGROUP_DEVICE);
    attributes.set(JAVA_INT, INSN_CNT, program.length());
    attributes.set(JAVA_LONG, INSNS, instructions.address());
    // A licence opens some of the functions that the kernel offers to programs; ours call none.
    attributes.set(JAVA_LONG, LICENSE, arena.allocateFrom("").address());
    attributes.setString(PROG_NAME, name, StandardCharsets.US_ASCII);
    return attributes;
  }

  private long load(MemorySegment attributes) {
    long result = -Errno.EAGAIN;
    for (int i = 0; i < ATTEMPTS && result == -Errno.EAGAIN; i++) {
      result =
          restartingOn(
              attributes,
              SystemCall.BPF,
              BpfCommand.BPF_PROG_LOAD,
              attributes.address(),
              LOAD_SIZE,
              0,
              0,
              0);
    }
    return result;
  }

  /** Loads once more, only to hear why not; empty when it was not the verifier who refused. */
  private String verifierLog(MemorySegment attributes, Arena arena) {
    MemorySegment log = arena.allocate(LOG_BYTES);
    attributes.set(JAVA_INT, LOG_LEVEL, 1);
    attributes.set(JAVA_INT, LOG_SIZE, LOG_BYTES);
    attributes.set(JAVA_LONG, LOG_BUF, log.address());
    long loaded = load(attributes);
    if (!Errno.isError(loaded)) {
      new BpfProgram(calls, loaded).close();
      return "";
    }
    log.set(JAVA_BYTE, LOG_BYTES - 1, (byte) 0);
    return log.getString(0).strip();
  }

  /**
   * Attaches a program to a cgroup, beside others (BPF_F_ALLOW_MULTI). Allocates nothing on the
   * heap.
   *
   * @param cgroup a folder of cgroup v2
   * @throws LinuxException EPERM when a cgroup above holds a program that lets none be beside it,
   *     or the capabilities are lacking; EINVAL when the program is attached there already; E2BIG
   *     when there are {@link #MAX_PROGRAMS}
   */
  public void attach(BpfProgram program, Fd cgroup) {
    change(BpfCommand.BPF_PROG_ATTACH, program, cgroup, BPF_F_ALLOW_MULTI, 0);
  }

  /**
   * Puts a program in the place of another that {@link #attach} attached, in one step: no request
   * is judged by none or by both. Since Linux 5.6.
   *
   * @throws LinuxException ENOENT when {@code old} is not attached there; EINVAL when {@code
   *     program} is already
   */
  public void replace(BpfProgram old, BpfProgram program, Fd cgroup) {
    int flags = BPF_F_ALLOW_MULTI | BPF_F_REPLACE;
    change(BpfCommand.BPF_PROG_ATTACH, program, cgroup, flags, old.number());
  }

  /**
   * Takes a program off a cgroup.
   *
   * @throws LinuxException ENOENT when it is not attached there
   */
  public void detach(BpfProgram program, Fd cgroup) {
    change(BpfCommand.BPF_PROG_DETACH, program, cgroup, 0, 0);
  }

  private void change(int command, BpfProgram program, Fd cgroup, int flags, int replaced) {
    CallMemory memory = CallMemory.get();
    MemorySegment attributes = memory.struct();
    attributes.set(JAVA_INT, TARGET_FD, cgroup.number());
    attributes.set(JAVA_INT, ATTACH_BPF_FD, program.number());
    attributes.set(JAVA_INT, ATTACH_TYPE, BPF_CGROUP_DEVICE);
    attributes.set(JAVA_INT, ATTACH_FLAGS, flags);
    attributes.set(JAVA_INT, REPLACE_BPF_FD, replaced);
    check(SystemCall.BPF, command, memory.structAddress(), ATTACH_SIZE, 0);
  }

  /**
   * Returns the ids of the device programs that are attached to a cgroup itself, those above it
   * apart.
   */
  public int[] attached(Fd cgroup) {
    CallMemory memory = CallMemory.get();
    MemorySegment attributes = memory.zeroed(QUERY_SIZE);
    attributes.set(JAVA_INT, TARGET_FD, cgroup.number());
    attributes.set(JAVA_INT, QUERY_ATTACH_TYPE, BPF_CGROUP_DEVICE);
    attributes.set(JAVA_LONG, PROG_IDS, memory.structAddress() + BESIDE);
    attributes.set(JAVA_INT, PROG_CNT, MAX_PROGRAMS);
    check(SystemCall.BPF, BpfCommand.BPF_PROG_QUERY, memory.structAddress(), QUERY_SIZE, 0);
    int count = attributes.get(JAVA_INT, PROG_CNT);
    return attributes.asSlice(BESIDE, (long) count * Integer.BYTES).toArray(JAVA_INT);
  }

  /** Returns the id of a program, which no other has as long as it is there. */
  public int id(BpfProgram program) {
    CallMemory memory = CallMemory.get();
    MemorySegment attributes = memory.zeroed(BESIDE + PROG_INFO_SIZE);
    attributes.set(JAVA_INT, TARGET_FD, program.number());
    attributes.set(JAVA_INT, INFO_LEN, PROG_INFO_SIZE);
    attributes.set(JAVA_LONG, INFO, memory.structAddress() + BESIDE);
    check(SystemCall.BPF, BpfCommand.BPF_OBJ_GET_INFO_BY_FD, memory.structAddress(), INFO_SIZE, 0);
    return attributes.get(JAVA_INT, BESIDE + PROG_INFO_ID);
  }

  /**
   * Opens a program by its id, such as one that {@link #attached} tells of: what an earlier process
   * attached can be replaced so. Needs CAP_SYS_ADMIN.
   *
   * @throws LinuxException ENOENT when there is none any more
   */
  public BpfProgram open(int id) {
    CallMemory memory = CallMemory.get();
    memory.zeroed(INFO_SIZE).set(JAVA_INT, 0, id);
    return new BpfProgram(
        calls,
        check(
            SystemCall.BPF,
            BpfCommand.BPF_PROG_GET_FD_BY_ID,
            memory.structAddress(),
            INFO_SIZE,
            0));
  }
}
