package io.lighter.cli.proxy;

import static io.lighter.cli.flags.FlagSection.onOff;
import static io.lighter.cli.flags.FlagSection.valued;

import io.lighter.cli.ExitCode;
import io.lighter.cli.flags.FlagSection;
import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.Refusal;
import io.lighter.cli.flags.UsageException;
import io.lighter.linux.Linux;
import io.lighter.linux.SignalPipe;
import io.lighter.linux.Signals;
import io.lighter.proxy.config.ConfigException;
import io.lighter.proxy.config.ConfigFile;
import io.lighter.proxy.process.ProxyProcess;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** {@code lighter proxy}. */
public final class ProxyCommand {
  private static final List<FlagSection> SECTIONS =
      List.of(
          new FlagSection(
              "Options",
              List.of(
                  valued("c", "config", "file", "What to balance; docs/proxy.md has all of it"),
                  onOff("", "check", "Only tell what is wrong in the file"),
                  onOff("", "help", "Print this help"))));

  private final PrintStream out;
  private final PrintStream err;

  public ProxyCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /**
   * Balances until SIGTERM or SIGINT, or until another process has taken over, with the file read
   * again at SIGHUP.
   *
   * @param arguments what follows {@code proxy}
   * @return the exit code
   */
  public int run(String... arguments) {
    try {
      Flags flags = Flags.parse(FlagSection.options(SECTIONS), Refusal.NONE, arguments);
      if (flags.isOn("help", false)) {
        StringBuilder help =
            new StringBuilder("Usage:  lighter proxy --config FILE\n\nBalance TCP and UDP\n\n");
        SECTIONS.forEach(section -> section.appendHelp(help));
        out.print(help);
        return 0;
      }
      if (!flags.operands().isEmpty()) {
        throw new UsageException("\"" + flags.operands().getFirst() + "\" is no flag");
      }
      String file = flags.last("config");
      if (file == null) {
        throw new UsageException("--config FILE says what to balance");
      }
      return flags.isOn("check", false) ? check(Path.of(file)) : serve(Path.of(file));
    } catch (UsageException e) {
      err.println("lighter proxy: " + e.getMessage());
      err.println();
      err.println("See 'lighter proxy --help'");
      return ExitCode.FAILED;
    } catch (ConfigException e) {
      err.println(e.getMessage());
      return 1;
    } catch (IOException | IllegalArgumentException e) {
      err.println("lighter proxy: " + e.getMessage());
      return 1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  private int check(Path file) throws IOException, ConfigException {
    int services = ConfigFile.read(file).services().services().size();
    out.println(file + ": nothing is wrong; services: " + services);
    return 0;
  }

  private int serve(Path file) throws IOException, ConfigException, InterruptedException {
    // Before anything is served: a signal must not end this without its grace.
    SignalPipe signals = SignalPipe.ofProcess();
    signals.handleAlways(Signals.SIGHUP);
    signals.handleAlways(Signals.SIGTERM);
    signals.handle(Signals.SIGINT);
    try (ProxyProcess proxy =
        ProxyProcess.start(Linux.kernel(), file, line -> err.println("lighter proxy: " + line))) {
      out.println("balancing %d services".formatted(proxy.balancer().services().services().size()));
      out.flush();
      CompletableFuture<Void> _ = proxy.takenOver().thenRun(signals::wake);
      int signal = signals.take();
      while (signal == Signals.SIGHUP) {
        proxy.reload();
        signal = signals.take();
      }
      return end(proxy, signals);
    } finally {
      signals.release();
    }
  }

  /** Lets connections end; a further signal has no patience with them. */
  private static int end(ProxyProcess proxy, SignalPipe signals) throws InterruptedException {
    Thread main = Thread.currentThread();
    Thread.ofPlatform()
        .daemon()
        .name("impatience")
        .start(
            () -> {
              int again = signals.take();
              while (again == Signals.SIGHUP) {
                again = signals.take();
              }
              if (again != 0) {
                main.interrupt();
              }
            });
    try {
      proxy.end();
    } catch (InterruptedException e) {
      proxy.close();
    }
    return 0;
  }
}
