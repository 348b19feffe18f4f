package io.lighter.runtime.spec;

/** An architecture by libseccomp's name. */
public enum SeccompArch implements Term {
  X86,
  X86_64,
  X32,
  ARM,
  AARCH64,
  MIPS,
  MIPS64,
  MIPS64N32,
  MIPSEL,
  MIPSEL64,
  MIPSEL64N32,
  PPC,
  PPC64,
  PPC64LE,
  S390,
  S390X,
  PARISC,
  PARISC64,
  RISCV64,
  LOONGARCH64,
  M68K,
  SH,
  SHEB;

  @Override
  public String term() {
    return "SCMP_ARCH_" + name();
  }
}
