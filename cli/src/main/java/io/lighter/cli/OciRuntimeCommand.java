package io.lighter.cli;

import io.lighter.cli.oci.Caller;
import io.lighter.cli.oci.OciCommand;
import io.lighter.runtime.spec.Spec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;

/** {@code lighter oci}, and what a link named {@code lighter-runtime} does. */
final class OciRuntimeCommand {
  private OciRuntimeCommand() {}

  /**
   * Runs the command in this process' own folder, environment and streams.
   *
   * @param arguments what follows {@code oci}
   * @return the exit code
   */
  static int runHere(String[] arguments) {
    try {
      Caller caller =
          new Caller(
              Path.of("").toAbsolutePath(),
              RawArguments.environment(),
              System.in,
              System.out,
              System.err);
      return new OciCommand(caller, Clock.systemUTC(), OciRuntimeCommand::version)
          .run(RawArguments.restore(arguments));
    } catch (IOException e) {
      System.err.println("lighter oci: /proc must be mounted: " + e.getMessage());
      return 1;
    }
  }

  /** In the lines that dockerd and Podman read of runc. */
  private static String version() {
    return "lighter version "
        + Version.number()
        + "\ncommit: "
        + Version.commit()
        + "\nspec: "
        + Spec.VERSION
        + "\njava: "
        + Runtime.version();
  }
}
