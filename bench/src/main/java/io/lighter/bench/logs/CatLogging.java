package io.lighter.bench.logs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The floor: a pipe whose bytes are copied to a file, by cat(1). */
final class CatLogging implements Logging {
  private final LogGroups groups;
  private final LoggerGroup group;

  CatLogging(LogGroups groups) throws IOException {
    this.groups = groups;
    this.group = groups.logger(name());
  }

  @Override
  public String name() {
    return "cat";
  }

  @Override
  public String description() {
    return "the floor: `cat` from a pipe of 64 KiB to a file; no line is looked at";
  }

  @Override
  public LoggerGroup group() {
    return group;
  }

  @Override
  public Turn start(LogWriter writer, Path folder) throws IOException {
    Path log = folder.resolve("log");
    List<Process> both =
        ProcessBuilder.startPipeline(
            List.of(
                new ProcessBuilder(groups.writer().entered(groups.writerCommand(writer)))
                    .redirectError(ProcessBuilder.Redirect.INHERIT),
                new ProcessBuilder(group.entered(List.of("cat")))
                    .redirectOutput(log.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)));
    return new Turn() {
      @Override
      public List<Path> logs() {
        return List.of(log);
      }

      @Override
      public void finish() throws InterruptedException {
        for (Process one : both) {
          one.waitFor();
        }
      }
    };
  }

  @Override
  public void close() throws IOException {
    group.kill();
  }
}
