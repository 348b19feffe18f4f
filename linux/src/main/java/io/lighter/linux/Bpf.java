package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Programs that the kernel runs for the processes of a cgroup, and their attachment.
 *
 * <p>All programs that are attached to a cgroup and to those above it at one hook are run, those of
 * the cgroup first, and one that refuses is enough. An attachment ends with the cgroup, not with
 * the process that made it.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/bpf.2.html">bpf(2)</a>
 */
public final class Bpf extends CallGroup {
  /** The most programs that a cgroup holds: BPF_CGROUP_MAX_PROGS of the kernel. */
  public static final int MAX_PROGRAMS = 64;

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
  private static final int EXPECTED_ATTACH_TYPE = 68;
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

  /** The same for BPF_OBJ_GET_INFO_BY_FD. */
  private static final int INFO_LEN = 4;

  private static final int INFO = 8;
  private static final int INFO_SIZE = 16;

  /** The same for the commands that take an id or look for the next one. */
  static final int ID_SIZE = 12;

  private static final int NEXT_ID = 4;

  /** Offsets in {@code struct bpf_prog_info}. */
  private static final int PROG_INFO_ID = 4;

  private static final int PROG_INFO_NR_MAP_IDS = 52;
  private static final int PROG_INFO_MAP_IDS = 56;
  private static final int PROG_INFO_NAME = 64;
  private static final int PROG_INFO_SIZE = 80;

  /** The most maps of a program that are told of. */
  private static final int MAX_MAPS = 64;

  /** Where else something is put in a call's struct memory. */
  private static final int BESIDE = 512;

  private static final int STRUCTS = CallMemory.STRUCT_SIZE;

  /** Enough for what the verifier says of a program of {@link Ebpf#BPF_MAXINSNS}. */
  private static final int LOG_BYTES = 1 << 20;

  /** A signal that is pending makes the kernel give up a load with EAGAIN. */
  private static final int ATTEMPTS = 5;

  Bpf(SystemCalls calls) {
    super(calls);
  }

  /**
   * Loads a program that judges requests for devices: {@link #load} for CGROUP_DEVICE, without
   * maps. Since Linux 4.15.
   */
  public BpfProgram loadDeviceProgram(EbpfProgram program, String name) {
    return load(program, BpfHook.CGROUP_DEVICE, name, Map.of());
  }

  /**
   * Loads a program where the kernel is built with CONFIG_CGROUP_BPF; needs CAP_BPF and
   * CAP_NET_ADMIN, or CAP_SYS_ADMIN, in the first user namespace.
   *
   * @param name 1 to 15 letters, digits, dots and underscores, for who lists programs
   * @param maps by the names by which the program refers to them
   * @throws VerifierException when the kernel does not find the program safe
   * @throws LinuxException ENOSYS without CONFIG_BPF_SYSCALL, EINVAL without CONFIG_CGROUP_BPF or
   *     where the kernel lacks the hook, EPERM without the capabilities, E2BIG when it is longer
   *     than {@link Ebpf#BPF_MAXINSNS} and CAP_BPF is lacking
   */
  public BpfProgram load(EbpfProgram program, BpfHook hook, String name, Map<String, BpfMap> maps) {
    checkName(name);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attributes = loadAttributes(program.linked(maps), hook, name, arena);
      long result = load(attributes);
      if (Errno.isError(result)) {
        String log = verifierLog(attributes, hook, arena);
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
      return new BpfProgram(calls, result, hook);
    }
  }

  static void checkName(String name) {
    if (name.isEmpty() || name.length() >= NAME_LENGTH) {
      throw new IllegalArgumentException("the name of a program or map has 1 to 15 bytes: " + name);
    }
  }

  private static MemorySegment loadAttributes(
      long[] words, BpfHook hook, String name, Arena arena) {
    MemorySegment instructions = arena.allocateFrom(JAVA_LONG, words);
    MemorySegment attributes = arena.allocate(LOAD_SIZE, Long.BYTES);
    attributes.set(JAVA_INT, PROG_TYPE, hook.programType());
    attributes.set(JAVA_INT, INSN_CNT, words.length);
    attributes.set(JAVA_LONG, INSNS, instructions.address());
    // A licence opens some of the functions that the kernel offers to programs. EbpfHelper has none
    // of them.
    attributes.set(JAVA_LONG, LICENSE, arena.allocateFrom("").address());
    attributes.setString(PROG_NAME, name, StandardCharsets.US_ASCII);
    attributes.set(JAVA_INT, EXPECTED_ATTACH_TYPE, expectedAttachType(hook));
    return attributes;
  }

  /** A device program expects none, and kernels of its time refuse what they do not know. */
  private static int expectedAttachType(BpfHook hook) {
    return hook == BpfHook.CGROUP_DEVICE ? 0 : hook.attachType();
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
  private String verifierLog(MemorySegment attributes, BpfHook hook, Arena arena) {
    MemorySegment log = arena.allocate(LOG_BYTES);
    attributes.set(JAVA_INT, LOG_LEVEL, 1);
    attributes.set(JAVA_INT, LOG_SIZE, LOG_BYTES);
    attributes.set(JAVA_LONG, LOG_BUF, log.address());
    long loaded = load(attributes);
    if (!Errno.isError(loaded)) {
      new BpfProgram(calls, loaded, hook).close();
      return "";
    }
    log.set(JAVA_BYTE, LOG_BYTES - 1, (byte) 0);
    return log.getString(0).strip();
  }

  /**
   * Attaches a program to a cgroup at its hook, beside others (BPF_F_ALLOW_MULTI). Allocates
   * nothing on the heap.
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

  private void change(int command, BpfProgram program, Fd target, int flags, int replaced) {
    CallMemory memory = CallMemory.get();
    MemorySegment attributes = memory.struct();
    attributes.set(JAVA_INT, TARGET_FD, target.number());
    attributes.set(JAVA_INT, ATTACH_BPF_FD, program.number());
    attributes.set(JAVA_INT, ATTACH_TYPE, program.hook().attachType());
    attributes.set(JAVA_INT, ATTACH_FLAGS, flags);
    attributes.set(JAVA_INT, REPLACE_BPF_FD, replaced);
    check(SystemCall.BPF, command, memory.structAddress(), ATTACH_SIZE, 0);
  }

  /**
   * Attaches a program of SK_MSG_VERDICT to a map, in the place of the one that is attached there:
   * sockets that are put in from now on have it. The map lets go of it with its last descriptor,
   * the sockets with their end.
   *
   * @param map a SOCKHASH
   */
  public void attachTo(BpfMap map, BpfProgram program) {
    change(BpfCommand.BPF_PROG_ATTACH, program, map, 0, 0);
  }

  /**
   * Returns the ids of the device programs that are attached to a cgroup itself, those above it
   * apart.
   */
  public int[] attached(Fd cgroup) {
    return attached(cgroup, BpfHook.CGROUP_DEVICE);
  }

  /**
   * Returns the ids of the programs that are attached to a cgroup itself at a hook, those above it
   * apart, in the order in which they run.
   */
  public int[] attached(Fd cgroup, BpfHook hook) {
    CallMemory memory = CallMemory.get();
    MemorySegment attributes = memory.zeroed(QUERY_SIZE);
    attributes.set(JAVA_INT, TARGET_FD, cgroup.number());
    attributes.set(JAVA_INT, QUERY_ATTACH_TYPE, hook.attachType());
    attributes.set(JAVA_LONG, PROG_IDS, memory.structAddress() + BESIDE);
    attributes.set(JAVA_INT, PROG_CNT, MAX_PROGRAMS);
    check(SystemCall.BPF, BpfCommand.BPF_PROG_QUERY, memory.structAddress(), QUERY_SIZE, 0);
    int count = attributes.get(JAVA_INT, PROG_CNT);
    return attributes.asSlice(BESIDE, (long) count * Integer.BYTES).toArray(JAVA_INT);
  }

  /** Returns the id of a program, which no other has as long as it is there. */
  public int id(BpfProgram program) {
    return info(program).id();
  }

  /** Returns what the kernel tells of a program. */
  public BpfProgramInfo info(BpfProgram program) {
    CallMemory memory = CallMemory.get();
    MemorySegment info = memory.zeroed(STRUCTS).asSlice(BESIDE);
    info.set(JAVA_INT, PROG_INFO_NR_MAP_IDS, MAX_MAPS);
    info.set(JAVA_LONG, PROG_INFO_MAP_IDS, memory.structAddress() + BESIDE + PROG_INFO_SIZE);
    askInfo(this, program, PROG_INFO_SIZE);
    List<Integer> maps = new ArrayList<>();
    for (int i = 0; i < Math.min(MAX_MAPS, info.get(JAVA_INT, PROG_INFO_NR_MAP_IDS)); i++) {
      maps.add(info.get(JAVA_INT, PROG_INFO_SIZE + (long) i * Integer.BYTES));
    }
    String name = info.getString(PROG_INFO_NAME, StandardCharsets.US_ASCII);
    return new BpfProgramInfo(info.get(JAVA_INT, PROG_INFO_ID), name, maps);
  }

  /** Asks for what the kernel tells of a program or map, with nothing asked for beside it. */
  static MemorySegment info(CallGroup group, Fd object, int size) {
    MemorySegment info = CallMemory.get().zeroed(STRUCTS).asSlice(BESIDE);
    askInfo(group, object, size);
    return info;
  }

  private static void askInfo(CallGroup group, Fd object, int size) {
    CallMemory memory = CallMemory.get();
    MemorySegment attributes = memory.struct();
    attributes.set(JAVA_INT, TARGET_FD, object.number());
    attributes.set(JAVA_INT, INFO_LEN, size);
    attributes.set(JAVA_LONG, INFO, memory.structAddress() + BESIDE);
    int command = BpfCommand.BPF_OBJ_GET_INFO_BY_FD;
    group.check(SystemCall.BPF, command, memory.structAddress(), INFO_SIZE, 0);
  }

  /**
   * Opens a device program by its id: {@link #open(int, BpfHook)}.
   *
   * @throws LinuxException ENOENT when there is none any more
   */
  public BpfProgram open(int id) {
    return open(id, BpfHook.CGROUP_DEVICE);
  }

  /**
   * Opens a program by its id, such as one that {@link #attached} tells of: what an earlier process
   * attached can be replaced so. Needs CAP_SYS_ADMIN.
   *
   * @param hook where it is attached
   * @throws LinuxException ENOENT when there is none any more
   */
  public BpfProgram open(int id, BpfHook hook) {
    CallMemory memory = CallMemory.get();
    memory.zeroed(ID_SIZE).set(JAVA_INT, 0, id);
    long at = memory.structAddress();
    return new BpfProgram(
        calls, check(SystemCall.BPF, BpfCommand.BPF_PROG_GET_FD_BY_ID, at, ID_SIZE, 0), hook);
  }

  /** Returns the ids of all programs of the machine, in their order. Needs CAP_SYS_ADMIN. */
  public List<Integer> programs() {
    return ids(BpfCommand.BPF_PROG_GET_NEXT_ID);
  }

  /** Returns the ids of all maps of the machine, in their order. Needs CAP_SYS_ADMIN. */
  public List<Integer> maps() {
    return ids(BpfCommand.BPF_MAP_GET_NEXT_ID);
  }

  private List<Integer> ids(int command) {
    CallMemory memory = CallMemory.get();
    MemorySegment attributes = memory.zeroed(ID_SIZE);
    List<Integer> found = new ArrayList<>();
    long at = memory.structAddress();
    while (answer(Errno.ENOENT, SystemCall.BPF, command, at, ID_SIZE, 0, 0, 0) >= 0) {
      int id = attributes.get(JAVA_INT, NEXT_ID);
      found.add(id);
      attributes.set(JAVA_INT, 0, id);
    }
    return found;
  }
}
