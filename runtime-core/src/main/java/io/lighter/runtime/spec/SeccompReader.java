package io.lighter.runtime.spec;

/** Reads the object {@code linux.seccomp}. */
final class SeccompReader {
  // MAX_ERRNO of linux/err.h: the kernel cuts a greater errno of a filter down to it.
  private static final int MAX_ERRNO = 4095;

  private SeccompReader() {}

  static Seccomp seccomp(Fields in) {
    return new Seccomp(
        in.term("defaultAction", SeccompAction.class),
        in.intOrNull("defaultErrnoRet", 0, MAX_ERRNO),
        in.terms("architectures", SeccompArch.class),
        in.terms("flags", SeccompFlag.class),
        in.stringOrNull("listenerPath"),
        in.stringOrNull("listenerMetadata"),
        in.objects("syscalls", SeccompReader::syscall));
  }

  private static SeccompSyscall syscall(Fields in) {
    return new SeccompSyscall(
        in.strings("names"),
        in.term("action", SeccompAction.class),
        in.intOrNull("errnoRet", 0, MAX_ERRNO),
        in.objects("args", SeccompReader::arg));
  }

  private static SeccompArg arg(Fields in) {
    return new SeccompArg(
        (int) in.number("index", 0, 5),
        in.unsigned("value"),
        in.unsignedOrZero("valueTwo"),
        in.term("op", SeccompOperator.class));
  }
}
