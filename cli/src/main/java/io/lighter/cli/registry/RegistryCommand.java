package io.lighter.cli.registry;

import io.lighter.cli.ExitCode;
import io.lighter.cli.flags.FlagSection;
import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.Refusal;
import io.lighter.cli.flags.UsageException;
import io.lighter.images.ImageException;
import io.lighter.images.registry.server.RegistryOptions;
import io.lighter.images.registry.server.RegistryOptions.Origin;
import io.lighter.images.registry.server.RegistryServer;
import io.lighter.images.registry.server.storage.RegistryStore;
import io.lighter.images.store.Reclaimed;
import io.lighter.linux.Linux;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** {@code lighter registry serve} and {@code lighter registry gc}. */
public final class RegistryCommand {
  /** How long clients have to come to an end when the registry is told to. */
  private static final Duration GRACE = Duration.ofSeconds(30);

  private static final String USAGE =
      """
      Usage:  lighter registry COMMAND [OPTIONS]

        serve   serve a registry until SIGTERM; lighter registry serve --help has its options
        gc      remove what no manifest needs, while no registry is served from the folder
      """;

  private final PrintStream out;
  private final PrintStream err;

  public RegistryCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /**
   * Runs the command.
   *
   * @param arguments what follows {@code registry}
   * @return the exit code
   */
  public int run(String... arguments) {
    String command = arguments.length == 0 ? "--help" : arguments[0];
    String[] rest =
        arguments.length == 0 ? arguments : Arrays.copyOfRange(arguments, 1, arguments.length);
    try {
      return switch (command) {
        case "--help", "-h", "help" -> help(USAGE, List.of());
        case "serve" -> serve(rest);
        case "gc" -> collect(rest);
        default -> throw new UsageException("'" + command + "' is no command of registry");
      };
    } catch (UsageException e) {
      err.println("lighter registry: " + e.getMessage());
      err.println();
      err.println("See 'lighter registry --help'");
      return ExitCode.FAILED;
    } catch (ImageException | IOException e) {
      err.println("lighter registry: " + e.getMessage());
      return 1;
    }
  }

  private int help(String head, List<FlagSection> sections) {
    StringBuilder text = new StringBuilder(head);
    sections.forEach(section -> section.appendHelp(text));
    out.print(text);
    return 0;
  }

  private static Flags parse(List<FlagSection> sections, String... arguments) {
    Flags flags = Flags.parse(FlagSection.options(sections), Refusal.NONE, arguments);
    if (!flags.operands().isEmpty()) {
      throw new UsageException("\"" + flags.operands().getFirst() + "\" is no flag");
    }
    return flags;
  }

  private int serve(String... arguments) throws IOException {
    Flags flags = parse(RegistryFlags.serve(), arguments);
    if (flags.isOn("help", false)) {
      return help(
          "Usage:  lighter registry serve [OPTIONS]\n\nServe a registry\n", RegistryFlags.serve());
    }
    RegistryOptions options = RegistryFlags.read(flags);
    RegistryServer server = RegistryServer.start(Linux.kernel(), options);
    if (options.htpasswd() == null && !options.address().getAddress().isLoopbackAddress()) {
      err.println(
          "lighter registry: everybody who reaches "
              + server.address()
              + " may push and delete; --htpasswd and --allow say who else may");
    }
    out.println(
        "serving %s://%s:%d from %s"
            .formatted(
                options.tls() == null ? "http" : "https",
                server.address().getHostString(),
                server.address().getPort(),
                options.folder()));
    out.flush();
    // The JVM ends on SIGTERM and SIGINT when its hooks have; nothing else ends this command.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "registry-stop"));
    return sleep();
  }

  private void stop(RegistryServer server) {
    try {
      server.stop(GRACE);
    } catch (IOException e) {
      err.println("lighter registry: " + e.getMessage());
    }
  }

  private static int sleep() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return 0;
  }

  private int collect(String... arguments) throws IOException {
    Flags flags = parse(RegistryFlags.collect(), arguments);
    if (flags.isOn("help", false)) {
      return help(
          "Usage:  lighter registry gc [OPTIONS]\n\nRemove what no manifest needs\n",
          RegistryFlags.collect());
    }
    RegistryOptions options = RegistryFlags.read(flags);
    try (RegistryStore store = RegistryStore.open(Linux.kernel(), options.folder())) {
      Origin mirror = options.mirror();
      Instant expiring = mirror == null ? null : mirror.expiring(Instant.now());
      if (expiring != null) {
        store.expire(expiring);
      }
      Reclaimed reclaimed =
          store.collectGarbage(options.collection().grace(), options.collection().abandoned());
      out.println(
          "removed %d blobs, %d bytes".formatted(reclaimed.blobs().size(), reclaimed.bytes()));
    }
    return 0;
  }
}
