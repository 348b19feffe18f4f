package io.lighter.bench.machine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The C programs, compiled by the machine's {@code gcc} when a run begins.
 *
 * @param floor the floor and the driver of the peers
 * @param stamp a static payload that writes the clock to standard output
 */
public record NativePrograms(Path floor, Path stamp) {

  private static final List<String> COMPILER =
      List.of("gcc", "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror");

  /**
   * Compiles both into {@code folder}.
   *
   * @param sources {@code bench/src/main/c}
   * @throws IOException when there is no gcc (Debian: {@code gcc} and {@code libc6-dev}) or it says
   *     no
   */
  public static NativePrograms compile(Path sources, Path folder)
      throws IOException, InterruptedException {
    Path floor = folder.resolve("floor");
    Path stamp = folder.resolve("stamp");
    compile(floor, List.of("-pthread"), sources, "floor.c", "launch.c", "plan.c");
    compile(stamp, List.of("-static", "-nostdlib"), sources, "stamp.c");
    return new NativePrograms(floor, stamp);
  }

  /**
   * Compiles the one that writes logs into {@code folder}: a static one, which any root file system
   * can have.
   *
   * @param sources {@code bench/src/main/c}
   */
  public static Path compileLogWriter(Path sources, Path folder)
      throws IOException, InterruptedException {
    Path program = folder.resolve("logwriter");
    compile(program, List.of("-static"), sources, "logwriter.c");
    return program;
  }

  private static void compile(Path program, List<String> flags, Path sources, String... files)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(COMPILER);
    command.addAll(flags);
    command.add("-o");
    command.add(program.toString());
    for (String file : files) {
      command.add(sources.resolve(file).toString());
    }
    Command.lines(command);
  }
}
