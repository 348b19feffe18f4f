package io.lighter.cli;

import io.lighter.cli.proxy.ProxyCommand;
import io.lighter.cli.registry.RegistryCommand;
import io.lighter.linux.Linux;
import java.util.Arrays;

/**
 * The {@code lighter} command: looks at the first argument and hands the others on. What a command
 * needs is loaded by that command, since each class and each library costs time at every start.
 */
public final class Main {

  private static final String USAGE =
      """
      Usage: lighter COMMAND [ARGUMENT...]
        run         run a command in a new container; lighter run --help has its options
        logs        print the log that a run has kept; lighter logs --help has its options
        stats       show what containers with a name use; inspect shows all about one
        pull        fetch an image; push, images, inspect, history, tag, rmi, save, load, import,
                    export, commit, diff, login, logout, search, image prune, builder prune, system
                    prune: all as Docker has them, each with --help
        build       build an image of a Dockerfile; lighter build --help has its options
        oci         an OCI runtime, as runc and crun are; lighter oci --help has its commands
        registry    serve a registry; lighter registry --help has its commands
        proxy       balance TCP and UDP; lighter proxy --help has its options
        bench       measure, beside other runtimes
        --version   the version of Lighter and of the Java that runs it
        --help      this page
      """;

  private Main() {}

  /** Runs one command and ends this process with its exit code. */
  public static void main(String[] arguments) {
    int status = run(arguments);
    System.out.flush();
    System.err.flush();
    end(status);
  }

  /**
   * Not by {@link System#exit}: nothing here has a shutdown hook, and it would load the logging of
   * the JDK to say that it was called. Nor by {@code halt} where it can be helped: the thread that
   * made a container which waits sleeps in the kernel, and the JVM would wait 0.3 s for it, {@code
   * wait_for_threads_in_native_to_block} of vmOperations.cpp.
   */
  private static void end(int status) {
    if (Linux.isInUse()) {
      Linux.kernel().processes().exitGroup(status);
    }
    Runtime.getRuntime().halt(status);
  }

  /** Runs one command; the result is its exit code. */
  static int run(String... arguments) {
    switch (arguments.length == 0 ? "--help" : arguments[0]) {
      case "--version", "-v" -> System.out.println(Version.text());
      case "--help", "-h", "help" -> System.out.print(USAGE);
      case "run" -> {
        return RunCommand.runHere(Arrays.copyOfRange(arguments, 1, arguments.length));
      }
      case "logs" -> {
        return LogsCommand.runHere(Arrays.copyOfRange(arguments, 1, arguments.length));
      }
      case "oci" -> {
        return OciRuntimeCommand.runHere(Arrays.copyOfRange(arguments, 1, arguments.length));
      }
      case "registry" -> {
        return new RegistryCommand(System.out, System.err)
            .run(Arrays.copyOfRange(arguments, 1, arguments.length));
      }
      case "proxy" -> {
        return new ProxyCommand(System.out, System.err)
            .run(Arrays.copyOfRange(arguments, 1, arguments.length));
      }
      default -> {
        if (ImageCommands.knows(arguments[0])) {
          return ImageCommands.runHere(arguments);
        }
        System.err.println("lighter: '" + arguments[0] + "' is not a command of lighter");
        System.err.print(USAGE);
        return ExitCode.FAILED;
      }
    }
    return 0;
  }
}
