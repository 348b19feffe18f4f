package io.lighter.proxy.ebpf;

import io.lighter.linux.Bpf;
import io.lighter.linux.BpfMap;
import io.lighter.linux.BpfMaps;
import io.lighter.linux.BpfProgram;
import io.lighter.linux.BpfProgramInfo;
import io.lighter.linux.EbpfHelper;
import io.lighter.linux.EbpfOperation;
import io.lighter.linux.EbpfProgram;
import io.lighter.linux.EbpfRegister;
import io.lighter.linux.EbpfWriter;
import io.lighter.linux.Errno;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.VerifierException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Our programs at a cgroup: those that an earlier process left there, and ours in their place. An
 * attachment lives on without a process, and holds its program and its maps; that is all that a new
 * process needs to find them. Not thread-safe.
 */
final class Installation implements AutoCloseable {
  private static final String OUR_MAP = "lb[0-9]+_.*";

  private final Bpf bpf;
  private final BpfMaps maps;
  private final Fd cgroup;
  private final Map<Hook, List<BpfProgram>> attached = new EnumMap<>(Hook.class);

  Installation(Linux linux, Fd cgroup) {
    this.bpf = linux.bpf();
    this.maps = linux.bpfMaps();
    this.cgroup = cgroup;
  }

  /** Looks for what an earlier process left. */
  void find() {
    for (Hook hook : Hook.values()) {
      for (int id : bpf.attached(cgroup, hook.place())) {
        BpfProgram program = openIfThere(id, hook);
        if (program != null) {
          attached.computeIfAbsent(hook, h -> new ArrayList<>(1)).add(program);
        }
      }
    }
  }

  private @Nullable BpfProgram openIfThere(int id, Hook hook) {
    BpfProgram program;
    try {
      program = bpf.open(id, hook.place());
    } catch (LinuxException e) {
      if (e.errno() == Errno.ENOENT) {
        return null;
      }
      throw e;
    }
    boolean ours = false;
    try {
      ours = isOurs(hook, bpf.info(program));
    } finally {
      if (!ours) {
        program.close();
      }
    }
    return ours ? program : null;
  }

  private boolean isOurs(Hook hook, BpfProgramInfo info) {
    if (!info.name().equals(hook.programName()) || info.maps().isEmpty()) {
      return false;
    }
    for (int id : info.maps()) {
      try (BpfMap map = maps.open(id)) {
        if (map == null || !map.layout().name().matches(OUR_MAP)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Returns whether there is any program of ours. */
  boolean isEmpty() {
    return attached.isEmpty();
  }

  /** Opens the maps of the programs that are there, by their names. They are the caller's. */
  Map<String, BpfMap> openMaps() {
    Map<String, BpfMap> found = new HashMap<>();
    boolean done = false;
    try {
      for (List<BpfProgram> programs : attached.values()) {
        for (int id : bpf.info(programs.getFirst()).maps()) {
          BpfMap map = maps.open(id);
          if (map != null && found.putIfAbsent(map.layout().name(), map) != null) {
            map.close();
          }
        }
      }
      done = true;
      return found;
    } finally {
      if (!done) {
        found.values().forEach(BpfMap::close);
      }
    }
  }

  /**
   * Puts our programs at all hooks but those for turbo and for ejection, each in the place of the
   * one that is there, in one step: there is no connection that neither sees.
   *
   * @param namespace the cookie of the node's own network namespace
   */
  void install(Map<String, BpfMap> byName, long namespace) {
    boolean setsErrno = setsErrno();
    for (Hook hook : Hook.values()) {
      if (hook != Hook.PAIR && hook != Hook.OUTCOME) {
        install(hook, hook.program(namespace, setsErrno), byName);
      }
    }
  }

  /** Puts the program for turbo at its hook, in the same way. */
  void installPairing(Map<String, BpfMap> byName) {
    install(Hook.PAIR, PairingProgram.write(), byName);
  }

  /** Puts the program for ejection at its hook, in the same way. */
  void installOutcome(Map<String, BpfMap> byName) {
    install(Hook.OUTCOME, OutcomeProgram.write(), byName);
  }

  private void install(Hook hook, EbpfProgram written, Map<String, BpfMap> byName) {
    BpfProgram program = bpf.load(written, hook.place(), hook.programName(), byName);
    boolean done = false;
    try {
      attach(hook, program);
      done = true;
    } finally {
      if (!done) {
        program.close();
      }
    }
  }

  /** Takes the program for turbo off. */
  void removePairing() {
    remove(Hook.PAIR);
  }

  /** Takes the program for ejection off. */
  void removeOutcome() {
    remove(Hook.OUTCOME);
  }

  private void attach(Hook hook, BpfProgram program) {
    List<BpfProgram> old = attached.getOrDefault(hook, List.of());
    if (old.isEmpty()) {
      bpf.attach(program, cgroup);
    } else {
      bpf.replace(old.getFirst(), program, cgroup);
      old.getFirst().close();
    }
    List<BpfProgram> now = new ArrayList<>(List.of(program));
    now.addAll(old.subList(Math.min(1, old.size()), old.size()));
    attached.put(hook, now);
    while (now.size() > 1) {
      detach(now.removeLast());
    }
  }

  private void detach(BpfProgram program) {
    try {
      bpf.detach(program, cgroup);
    } catch (LinuxException e) {
      // Somebody else has taken it off, or has removed the cgroup.
      if (e.errno() != Errno.ENOENT && e.errno() != Errno.EINVAL && e.errno() != Errno.ENODEV) {
        throw e;
      }
    } finally {
      program.close();
    }
  }

  /** Takes all our programs off, those that redirect first. */
  void remove() {
    Hook[] hooks = Hook.values();
    for (int i = hooks.length - 1; i >= 0; i--) {
      remove(hooks[i]);
    }
  }

  private void remove(Hook hook) {
    List<BpfProgram> programs = attached.remove(hook);
    if (programs != null) {
      programs.forEach(this::detach);
    }
  }

  /** Tries whether a program may choose the errno of a refusal: since Linux 5.18. */
  private boolean setsErrno() {
    EbpfWriter writer = new EbpfWriter();
    writer.apply(EbpfOperation.MOVE, EbpfRegister.R1, -Errno.ECONNREFUSED);
    writer.call(EbpfHelper.SET_RETVAL);
    writer.move(EbpfRegister.R0, 0);
    writer.exit();
    try (BpfProgram _ = bpf.load(writer.program(), Hook.CONNECT4.place(), "lb_probe", Map.of())) {
      return true;
    } catch (VerifierException e) {
      return false;
    }
  }

  /** Closes what is open and leaves the programs where they are. */
  @Override
  public void close() {
    attached.values().forEach(programs -> programs.forEach(BpfProgram::close));
    attached.clear();
  }
}
