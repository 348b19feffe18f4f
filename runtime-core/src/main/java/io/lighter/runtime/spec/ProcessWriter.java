package io.lighter.runtime.spec;

/** Writes the object {@code process}. */
final class ProcessWriter {
  private ProcessWriter() {}

  static void process(Document out, Process process) {
    out.flag("terminal", process.terminal())
        .object("consoleSize", process.consoleSize(), ProcessWriter::consoleSize)
        .object("user", process.user(), ProcessWriter::user)
        .strings("args", process.args())
        .strings("env", process.env())
        .string("cwd", process.cwd())
        .object("capabilities", process.capabilities(), ProcessWriter::capabilities)
        .objects("rlimits", process.rlimits(), ProcessWriter::rlimit)
        .flag("noNewPrivileges", process.noNewPrivileges())
        .string("apparmorProfile", process.apparmorProfile())
        .number("oomScoreAdj", process.oomScoreAdj())
        .object("scheduler", process.scheduler(), ProcessWriter::scheduler)
        .string("selinuxLabel", process.selinuxLabel())
        .object("ioPriority", process.ioPriority(), ProcessWriter::ioPriority)
        .object("execCPUAffinity", process.execCpuAffinity(), ProcessWriter::cpuAffinity);
  }

  private static void consoleSize(Document out, ConsoleSize size) {
    out.number("height", size.height()).number("width", size.width());
  }

  private static void user(Document out, User user) {
    out.number("uid", user.uid())
        .number("gid", user.gid())
        .number("umask", user.umask())
        .numbers("additionalGids", user.additionalGids());
  }

  private static void capabilities(Document out, Capabilities capabilities) {
    out.terms("bounding", capabilities.bounding())
        .terms("effective", capabilities.effective())
        .terms("inheritable", capabilities.inheritable())
        .terms("permitted", capabilities.permitted())
        .terms("ambient", capabilities.ambient());
  }

  private static void rlimit(Document out, Rlimit limit) {
    out.term("type", limit.type()).unsigned("hard", limit.hard()).unsigned("soft", limit.soft());
  }

  private static void scheduler(Document out, Scheduler scheduler) {
    out.term("policy", scheduler.policy())
        .nonZero("nice", scheduler.nice())
        .nonZero("priority", scheduler.priority())
        .terms("flags", scheduler.flags())
        .nonZeroUnsigned("runtime", scheduler.runtime())
        .nonZeroUnsigned("deadline", scheduler.deadline())
        .nonZeroUnsigned("period", scheduler.period());
  }

  private static void ioPriority(Document out, IoPriority priority) {
    out.term("class", priority.ioClass()).number("priority", priority.priority());
  }

  private static void cpuAffinity(Document out, CpuAffinity affinity) {
    out.string("initial", affinity.initial()).string("final", affinity.finalCpus());
  }
}
