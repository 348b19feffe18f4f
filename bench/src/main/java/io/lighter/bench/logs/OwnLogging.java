package io.lighter.bench.logs;

import io.lighter.bench.report.Project;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Our pipeline with one of its sinks, in a JVM of its own that lives through all turns. */
final class OwnLogging implements Logging {
  static final String NATIVE = "native";
  private static final List<String> HEAP = List.of("-XX:+UseSerialGC", "-Xmx64m");

  /** As the launcher has it: the tests run with the checks. */
  private static final String UNCHECKED = "-Dagrona.disable.bounds.checks=true";

  private final String format;
  private final String description;
  private final LoggerGroup group;
  private final LogGroups groups;
  private final Process process;
  private final BufferedReader answers;
  private final Writer orders;

  /** Starts the JVM. */
  OwnLogging(String format, String description, LogGroups groups, Project project)
      throws IOException {
    this.format = format;
    this.description = description;
    this.groups = groups;
    this.group = groups.logger(name());
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(project.jvmFlags());
    command.addAll(HEAP);
    command.add(UNCHECKED);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(LogHost.class.getName());
    process =
        new ProcessBuilder(group.entered(command))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    answers = process.inputReader(StandardCharsets.UTF_8);
    orders = process.outputWriter(StandardCharsets.UTF_8);
    answer();
  }

  private String answer() throws IOException {
    String line = answers.readLine();
    if (line == null) {
      throw new IOException("the JVM of " + name() + " has ended");
    }
    return line;
  }

  private String order(String line) throws IOException {
    orders.write(line + "\n");
    orders.flush();
    return answer();
  }

  @Override
  public String name() {
    return "lighter " + format;
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public LoggerGroup group() {
    return group;
  }

  @Override
  public boolean isInRecords() {
    return format.equals("cri");
  }

  /** Adds containers that write nothing. */
  void addIdle(Path folder, int count) throws IOException {
    order("idle " + format + " " + Files.createDirectories(folder) + " " + count);
  }

  /** Resident memory after a collection of the garbage, in bytes. */
  long idleBytes() throws IOException {
    order("collect");
    return group.residentBytes();
  }

  @Override
  public Turn start(LogWriter writer, Path folder) throws IOException {
    Path log = folder.resolve("log");
    String[] ends = order("add " + format + " " + log).split(" ", -1);
    Process container =
        new ProcessBuilder(groups.writer().entered(groups.writerCommand(writer)))
            .redirectOutput(end(ends[0]))
            .redirectError(end(ends[1]))
            .start();
    return new Turn() {
      @Override
      public List<Path> logs() throws IOException {
        return format.equals(NATIVE) ? segments(log) : List.of(log);
      }

      @Override
      public void finish() throws IOException, InterruptedException {
        container.waitFor();
        order("end");
      }
    };
  }

  private static List<Path> segments(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".log")).sorted().toList();
    }
  }

  private ProcessBuilder.Redirect end(String path) {
    return ProcessBuilder.Redirect.to(new File(path.replace("self", "" + process.pid())));
  }

  @Override
  public void close() throws IOException {
    orders.close();
    group.kill();
  }
}
