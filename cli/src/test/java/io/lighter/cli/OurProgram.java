package io.lighter.cli;

import java.nio.file.Path;
import java.util.List;

/** The {@code lighter} command as tests start it: the classes of the build in a JVM of its own. */
public final class OurProgram {
  private OurProgram() {}

  /** Returns the words before the arguments. */
  public static List<String> command() {
    return command(System.getProperty("java.class.path"));
  }

  /**
   * The same with classes from elsewhere.
   *
   * @param classPath of who cannot read the build's
   */
  public static List<String> command(String classPath) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        // It would leave a folder of the user's in /tmp.
        "-XX:-UsePerfData",
        "--enable-native-access=ALL-UNNAMED",
        // As the launcher has it for who keeps a log.
        "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
        "-cp",
        classPath,
        Main.class.getName());
  }
}
