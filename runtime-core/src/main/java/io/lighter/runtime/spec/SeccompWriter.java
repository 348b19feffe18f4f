package io.lighter.runtime.spec;

/** Writes the object {@code linux.seccomp}. */
final class SeccompWriter {
  private SeccompWriter() {}

  static void seccomp(Document out, Seccomp seccomp) {
    out.term("defaultAction", seccomp.defaultAction())
        .number("defaultErrnoRet", seccomp.defaultErrnoRet())
        .terms("architectures", seccomp.architectures())
        .terms("flags", seccomp.flags())
        .string("listenerPath", seccomp.listenerPath())
        .string("listenerMetadata", seccomp.listenerMetadata())
        .objects("syscalls", seccomp.syscalls(), SeccompWriter::syscall);
  }

  private static void syscall(Document out, SeccompSyscall syscall) {
    out.strings("names", syscall.names())
        .term("action", syscall.action())
        .number("errnoRet", syscall.errnoRet())
        .objects("args", syscall.args(), SeccompWriter::arg);
  }

  private static void arg(Document out, SeccompArg arg) {
    out.number("index", arg.index())
        .unsigned("value", arg.value())
        .nonZeroUnsigned("valueTwo", arg.valueTwo())
        .term("op", arg.op());
  }
}
