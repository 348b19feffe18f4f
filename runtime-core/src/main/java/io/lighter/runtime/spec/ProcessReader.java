package io.lighter.runtime.spec;

import java.lang.System.Logger.Level;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Reads the object {@code process}. */
final class ProcessReader {
  private ProcessReader() {}

  static Process process(Fields in) {
    return new Process(
        in.flag("terminal"),
        in.object("consoleSize", ProcessReader::consoleSize),
        in.requiredObject("user", ProcessReader::user),
        in.strings("args"),
        in.strings("env"),
        in.string("cwd"),
        in.object("capabilities", ProcessReader::capabilities),
        rlimits(in),
        in.flag("noNewPrivileges"),
        in.stringOrNull("apparmorProfile"),
        in.intOrNull("oomScoreAdj", -1000, 1000),
        in.object("scheduler", ProcessReader::scheduler),
        in.stringOrNull("selinuxLabel"),
        in.object("ioPriority", ProcessReader::ioPriority),
        in.object(
            "execCPUAffinity",
            cpus -> new CpuAffinity(cpus.stringOrNull("initial"), cpus.stringOrNull("final"))));
  }

  private static ConsoleSize consoleSize(Fields in) {
    return new ConsoleSize((int) in.number("height", 0, 65535), (int) in.number("width", 0, 65535));
  }

  private static User user(Fields in) {
    return new User(
        in.id("uid"), in.id("gid"), in.intOrNull("umask", 0, 0777), in.ids("additionalGids"));
  }

  private static Capabilities capabilities(Fields in) {
    return new Capabilities(
        capabilities(in, "bounding"),
        capabilities(in, "effective"),
        capabilities(in, "inheritable"),
        capabilities(in, "permitted"),
        capabilities(in, "ambient"));
  }

  /** An unknown capability is a warning and not an error: config.md, "Linux Process". */
  private static Set<Capability> capabilities(Fields in, String set) {
    Set<Capability> result = EnumSet.noneOf(Capability.class);
    List<String> names = in.strings(set);
    for (String name : names) {
      Capability capability = Terms.find(Capability.class, name);
      if (capability == null) {
        // Asked for here, since loading the JDK's logging takes longer than reading a file.
        System.getLogger(ProcessReader.class.getName())
            .log(
                Level.WARNING,
                "config.json: {0}: unknown capability {1} is ignored",
                in.at(set),
                name);
      } else {
        result.add(capability);
      }
    }
    return result;
  }

  private static List<Rlimit> rlimits(Fields in) {
    Set<RlimitType> seen = EnumSet.noneOf(RlimitType.class);
    return in.objects(
        "rlimits",
        limit -> {
          RlimitType type = limit.term("type", RlimitType.class);
          if (!seen.add(type)) {
            throw limit.error("type", type.term() + " stands twice; remove one of the two");
          }
          return new Rlimit(type, limit.unsigned("hard"), limit.unsigned("soft"));
        });
  }

  private static Scheduler scheduler(Fields in) {
    return new Scheduler(
        in.term("policy", SchedulerPolicy.class),
        in.intOrZero("nice", -20, 19),
        in.intOrZero("priority", 0, 99),
        in.terms("flags", SchedulerFlag.class),
        in.unsignedOrZero("runtime"),
        in.unsignedOrZero("deadline"),
        in.unsignedOrZero("period"));
  }

  private static IoPriority ioPriority(Fields in) {
    return new IoPriority(
        in.term("class", IoPriorityClass.class), (int) in.number("priority", 0, 7));
  }
}
