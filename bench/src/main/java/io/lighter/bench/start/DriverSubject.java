package io.lighter.bench.start;

import io.lighter.bench.machine.Command;
import io.lighter.bench.turns.DriverOutput;
import io.lighter.bench.turns.Load;
import io.lighter.bench.turns.Round;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A subject that the C program runs: the floor itself when {@code command} is empty, else a
 * command-line runtime that it spawns with vfork and exec, so that no runtime pays for a JVM's way
 * to spawn.
 */
public final class DriverSubject implements ContainerSubject {

  private final String name;
  private final String description;
  private final Path program;
  private final Path slots;
  private final Plans plans;
  private final List<String> flags;
  private final List<String> command;

  /**
   * The same container with three payloads, as files that the C program reads.
   *
   * @param plain the container under test
   * @param stamped with the stamp program as payload
   * @param view with a payload that prints what it sees
   */
  public record Plans(Path plain, Path stamped, Path view) {}

  /**
   * @param slots one folder a worker below; for peers with their bundles
   * @param flags further flags of the C program
   * @param command the runtime's command line with {@code {slot}} and {@code {id}}
   */
  public DriverSubject(
      String name,
      String description,
      Path program,
      Path slots,
      Plans plans,
      List<String> flags,
      List<String> command) {
    this.name = name;
    this.description = description;
    this.program = program;
    this.slots = slots;
    this.plans = plans;
    this.flags = List.copyOf(flags);
    this.command = List.copyOf(command);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public Round run(Load load) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of(program.toString(), "-s", slots.toString()));
    line.addAll(List.of("-p", (load.stamped() ? plans.stamped() : plans.plain()).toString()));
    line.addAll(List.of("-n", String.valueOf(load.total()), "-k", String.valueOf(load.atOnce())));
    if (load.stamped()) {
      line.add("-o");
    }
    return DriverOutput.parse(
        name, run(line, load.stamped() ? Payload.STAMP : Payload.PLAIN), load);
  }

  @Override
  public String view() throws IOException, InterruptedException {
    Path output = slots.resolve("view");
    run(
        List.of(
            program.toString(),
            "-s",
            slots.toString(),
            "-p",
            plans.view().toString(),
            "-n",
            "1",
            "-O",
            output.toString()),
        Payload.VIEW);
    String text = Files.readString(output);
    Files.delete(output);
    return text;
  }

  private List<String> run(List<String> line, Payload payload)
      throws IOException, InterruptedException {
    List<String> whole = new ArrayList<>(line);
    whole.addAll(flags);
    if (!command.isEmpty()) {
      whole.add("--");
      command.forEach(word -> whole.add(word.replace("{payload}", payload.folder())));
    }
    return Command.lines(whole);
  }
}
