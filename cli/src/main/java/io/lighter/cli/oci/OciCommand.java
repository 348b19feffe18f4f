package io.lighter.cli.oci;

import io.lighter.cli.flags.FlagSection;
import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.UsageException;
import io.lighter.linux.Linux;
import io.lighter.runtime.lifecycle.StoredContainer;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;

/** {@code lighter oci}: reads the command line and hands over to the command. */
public final class OciCommand {
  /** What runc and crun exit with when they fail themselves. */
  static final int FAILED = 1;

  /** What runc's exec exits with then, as most commands do not themselves. */
  static final int EXEC_FAILED = 255;

  private final Caller caller;
  private final Clock clock;
  private final Supplier<String> version;
  private OciLog log;

  /**
   * Prepares a call.
   *
   * @param clock gives the times in the log
   * @param version what {@code --version} prints, without the last line feed
   */
  public OciCommand(Caller caller, Clock clock, Supplier<String> version) {
    this.caller = caller;
    this.clock = clock;
    this.version = version;
    this.log = OciLog.to(caller.err());
  }

  /**
   * Runs the command.
   *
   * @param arguments what follows {@code oci}
   * @return the exit code
   */
  public int run(String... arguments) {
    String command = "";
    try {
      Flags globals = parse(OciFlags.global(), arguments);
      if (globals.isOn("version", false)) {
        caller.out().println(version.get());
        return 0;
      }
      List<String> rest = globals.operands();
      if (rest.isEmpty() || rest.getFirst().equals("help") || globals.isOn("help", false)) {
        caller.out().print(OciHelp.text());
        return 0;
      }
      GlobalOptions options =
          GlobalOptions.read(
              globals,
              caller.folder(),
              () -> CallerUser.look(caller.environment()).defaultRoot(caller.environment()));
      log = OciLog.of(caller.err(), options, clock);
      command = rest.getFirst();
      return run(options, command, rest.subList(1, rest.size()).toArray(new String[0]));
    } catch (UsageException e) {
      log.error((command.isEmpty() ? "" : command + ": ") + e.getMessage());
      return FAILED;
    } catch (IOException | RuntimeException e) {
      // Whatever it is, it names what failed; a stack trace would not help the one who called.
      log.error(e.getMessage() == null ? e.toString() : e.getMessage());
      return command.equals("exec") ? EXEC_FAILED : FAILED;
    }
  }

  private int run(GlobalOptions options, String command, String... arguments) throws IOException {
    FlagSection known = OciFlags.of(command);
    if (known == null) {
      throw unknown(command);
    }
    Flags flags = parse(known, arguments);
    if (flags.isOn("help", false)) {
      caller.out().print(OciHelp.of(command, known));
      return 0;
    }
    log.debug("lighter oci " + command + " " + String.join(" ", arguments));
    return dispatch(command, flags, new Invocation(options, caller, log));
  }

  private static int dispatch(String command, Flags flags, Invocation call) throws IOException {
    switch (command) {
      case "create" -> Creation.create(CreateRequest.read(flags, call.folder(), true), call);
      case "run" -> {
        return Creation.run(CreateRequest.read(flags, call.folder(), false), call);
      }
      case "exec" -> {
        return Execution.run(ExecRequest.read(flags, call.folder()), call);
      }
      case "start" -> {
        StoredContainer container = call.container(Operands.container(flags));
        Entrance.forStart(container, call);
        try (Readiness readiness = Readiness.of(Linux.kernel(), container, call)) {
          container.start();
          Readiness.await(readiness, container.state().pid());
        }
      }
      case "pause" -> call.container(Operands.container(flags)).pause();
      case "resume" -> call.container(Operands.container(flags)).resume();
      case "checkpoint" ->
          call.container(Operands.container(flags))
              .checkpoint(CriuFlags.read(flags, call), flags.isOn("leave-running", false));
      case "restore" -> {
        return Revival.run(RestoreRequest.read(flags, call), call);
      }
      case "state" -> StateView.print(Operands.container(flags), call);
      case "list" -> ListView.print(flags, call);
      case "kill" -> KillRequest.read(flags).carryOut(call);
      case "delete" -> Deletion.delete(flags, call);
      case "ps" -> ProcessView.print(flags, call);
      case "events" -> EventStream.print(flags, call);
      case "update" -> {
        String id = Operands.container(flags);
        call.container(id).update(UpdateRequest.read(flags, call.caller()));
      }
      case "spec" -> ExampleSpec.write(flags, call.folder());
      case "features" -> {
        Operands.none(flags);
        call.out().println(FeaturesView.json());
      }
      default -> throw new AssertionError("flags without a command: " + command);
    }
    return 0;
  }

  private static Flags parse(FlagSection known, String... arguments) {
    return Flags.parse(FlagSection.options(List.of(known)), RefusedFlags::refusal, arguments);
  }

  private static UsageException unknown(String command) {
    return new UsageException(
        switch (command) {
          case "mounts" -> "is not supported: mounts cannot be changed while a container runs";
          default -> "is not a command; see lighter oci --help";
        });
  }
}
