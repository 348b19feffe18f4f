package io.lighter.cli;

import io.lighter.cli.build.BuildCommand;
import io.lighter.cli.flags.UsageException;
import io.lighter.cli.images.ImageSession;
import io.lighter.cli.images.ImagesCommand;
import io.lighter.cli.run.StateFolder;
import io.lighter.linux.Linux;
import io.lighter.runtime.rootless.RootlessException;
import io.lighter.runtime.rootless.UserNamespaceEntrance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** The commands over images, run in this process' own folder, environment and streams. */
final class ImageCommands {
  private static final String BUILD = "build";

  private ImageCommands() {}

  static boolean knows(String name) {
    return name.equals(BUILD) || ImagesCommand.knows(name);
  }

  /**
   * Runs a command.
   *
   * @param arguments the command's name first
   * @return the exit code
   */
  static int runHere(String[] arguments) {
    try {
      Path folder = Path.of("").toAbsolutePath();
      Map<String, String> variables = RawArguments.environment();
      String[] restored = RawArguments.restore(arguments);
      Linux linux = Linux.kernel();
      long user = linux.credentials().geteuid();
      if (user != 0 && restored[0].equals(BUILD)) {
        System.err.println("lighter build: building needs root: layers are made by overlay mounts");
        return 1;
      }
      if (user != 0) {
        // Files of layers have owners: they need the ids of a user namespace, as containers do.
        Map<String, String> inside = new StateFolder(variables, folder).environmentOf(user);
        new UserNamespaceEntrance(linux, inside).runAgain();
      }
      ImageSession session =
          new ImageSession(linux, folder, variables, System.in, System.out, System.err);
      return restored[0].equals(BUILD)
          ? new BuildCommand(session).run(Arrays.copyOfRange(restored, 1, restored.length))
          : new ImagesCommand(session).run(restored);
    } catch (UsageException | RootlessException e) {
      System.err.println("lighter: " + e.getMessage());
    } catch (IOException e) {
      System.err.println("lighter: /proc must be mounted: " + e.getMessage());
    }
    return 1;
  }
}
