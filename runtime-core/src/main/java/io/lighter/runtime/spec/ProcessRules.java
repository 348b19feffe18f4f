package io.lighter.runtime.spec;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Rules of the process. */
final class ProcessRules {
  /** A list of cpuset(7), such as {@code 0-3,7}. */
  static final Pattern NUMBER_LIST = Pattern.compile("\\d+(-\\d+)?(,\\d+(-\\d+)?)*");

  private ProcessRules() {}

  static void check(@Nullable Process process, LinuxConfig linux, Problems problems) {
    // A container without a process can be created, though not started: runtime.md, "Start".
    if (process == null) {
      return;
    }
    arguments(process, problems);
    if (linux.createsNamespace(NamespaceType.USER)) {
      ids(process.user(), linux, problems);
    }
    capabilities(process.capabilities(), problems);
    rlimits(process.rlimits(), problems);
    Integer oomScoreAdj = process.oomScoreAdj();
    problems.require(
        oomScoreAdj == null || (oomScoreAdj >= -1000 && oomScoreAdj <= 1000),
        "process.oomScoreAdj",
        "expected -1000 to 1000, found " + oomScoreAdj);
    scheduling(process, problems);
  }

  private static void arguments(Process process, Problems problems) {
    problems.require(
        !process.args().isEmpty() && !process.args().getFirst().isEmpty(),
        "process.args",
        "names no program; its first entry is the program to run");
    problems.requireNoNul(process.args(), "process.args");
    problems.requireEnvironment(process.env(), "process.env");
    problems.requireAbsolute(process.cwd(), "process.cwd");
  }

  private static void ids(User user, LinuxConfig linux, Problems problems) {
    mapped(user.uid(), linux.uidMappings(), "process.user.uid", problems);
    mapped(user.gid(), linux.gidMappings(), "process.user.gid", problems);
    for (long gid : user.additionalGids()) {
      mapped(gid, linux.gidMappings(), "process.user.additionalGids", problems);
    }
  }

  private static void mapped(long id, List<IdMapping> mappings, String path, Problems problems) {
    problems.require(
        mappings.isEmpty() || IdMappingRules.covers(mappings, id),
        path,
        id + " is in no range of the user namespace; add it to the mappings of linux");
  }

  private static void capabilities(@Nullable Capabilities sets, Problems problems) {
    if (sets == null || sets.permitted().containsAll(sets.effective())) {
      return;
    }
    Set<Capability> extra = EnumSet.copyOf(sets.effective());
    extra.removeAll(sets.permitted());
    problems.add(
        "process.capabilities.effective", "has what is not in the permitted set: " + extra);
  }

  private static void rlimits(List<Rlimit> limits, Problems problems) {
    Set<RlimitType> seen = EnumSet.noneOf(RlimitType.class);
    for (int i = 0; i < limits.size(); i++) {
      Rlimit limit = limits.get(i);
      String at = "process.rlimits[" + i + "]";
      problems.require(
          seen.add(limit.type()),
          at + ".type",
          limit.type().term() + " stands twice; remove one of the two");
      problems.require(
          Long.compareUnsigned(limit.soft(), limit.hard()) <= 0,
          at + ".soft",
          Long.toUnsignedString(limit.soft())
              + " is above the hard limit "
              + Long.toUnsignedString(limit.hard()));
    }
  }

  private static void scheduling(Process process, Problems problems) {
    Scheduler scheduler = process.scheduler();
    if (scheduler != null) {
      SchedulerRules.check(scheduler, problems);
    }
    IoPriority priority = process.ioPriority();
    problems.require(
        priority == null || (priority.priority() >= 0 && priority.priority() <= 7),
        "process.ioPriority.priority",
        "expected 0 to 7");
    CpuAffinity affinity = process.execCpuAffinity();
    if (affinity != null) {
      cpus(affinity.initial(), "process.execCPUAffinity.initial", problems);
      cpus(affinity.finalCpus(), "process.execCPUAffinity.final", problems);
    }
  }

  /** An empty list is the same as none: config.md, "execCPUAffinity". */
  private static void cpus(@Nullable String list, String path, Problems problems) {
    if (list != null && !list.isEmpty()) {
      numberList(list, path, problems);
    }
  }

  static void numberList(@Nullable String list, String path, Problems problems) {
    problems.require(
        list == null || NUMBER_LIST.matcher(list).matches(),
        path,
        "expected a list such as 0-3,7, found \"" + list + "\"");
  }
}
