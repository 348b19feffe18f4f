package io.lighter.runtime.launch;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lighter.linux.LaunchProgram;
import io.lighter.linux.Step;
import io.lighter.linux.SystemCall;
import io.lighter.runtime.launch.LaunchPlan.Lenient;
import io.lighter.runtime.spec.LinuxConfig;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.Spec;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parts of a launch program that set what the kernel keeps of the new namespaces. */
final class KernelSettings {
  private final LaunchProgram program;
  private final LinuxConfig linux;
  private final Process process;

  KernelSettings(LaunchProgram program, Spec spec, Process process) {
    this.program = program;
    this.linux = spec.linuxOrEmpty();
    this.process = process;
  }

  /**
   * Settings through procfs, before parts of it become read-only.
   *
   * @param hostProc the host's, where the container's cannot be trusted to be one; else null
   */
  void add(MountPlan mounts, @Nullable Step hostProc, ProcessPlan common, List<Lenient> lenient) {
    Step proc = mounts.madeAt("/proc");
    Integer score = process.oomScoreAdj();
    boolean hasScore = score != null && score != 0;
    if (proc == null) {
      if (hasScore || !linux.sysctl().isEmpty()) {
        throw new IllegalArgumentException(
            "process.oomScoreAdj and linux.sysctl need a procfs mounted at /proc");
      }
      return;
    }
    if (hostProc != null) {
      proc = hostProc;
    }
    for (Map.Entry<String, String> setting : linux.sysctl().entrySet()) {
      String name = Sysctls.path(setting.getKey(), linux);
      KernelFile.write(program, proc, "sys/" + name, setting.getValue());
    }
    if (hasScore) {
      common.addOomScore(proc, lenient);
    }
  }

  /** The names of the host and the domain. */
  static void addNames(LaunchProgram program, Spec spec) {
    name(program, SystemCall.SETHOSTNAME, spec.hostname());
    name(program, SystemCall.SETDOMAINNAME, spec.domainname());
  }

  private static void name(LaunchProgram program, SystemCall call, @Nullable String name) {
    if (name != null && !name.isEmpty()) {
      program.call(call, name, name.getBytes(UTF_8).length);
    }
  }
}
