package io.lighter.linux;

/** The machine architectures that Lighter runs on. */
public enum Architecture {
  X86_64,
  AARCH64;

  private static final Architecture CURRENT = detect(System.getProperty("os.arch"));

  /** Returns the architecture of this JVM. */
  public static Architecture current() {
    return CURRENT;
  }

  private static Architecture detect(String osArch) {
    return switch (osArch) {
      case "amd64", "x86_64" -> X86_64;
      case "aarch64", "arm64" -> AARCH64;
      default ->
          throw new UnsupportedOperationException(
              "Lighter runs on x86-64 and aarch64, this JVM says os.arch=" + osArch);
    };
  }
}
