package io.lighter.bench.logs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The cgroups of a run, and the program that writes.
 *
 * @param top a cgroup of this run alone
 * @param program the writer, on this machine
 */
record LogGroups(Path top, Path program) {
  /** The group of those who log as this subject. */
  LoggerGroup logger(String subject) throws IOException {
    return LoggerGroup.create(top.resolve(subject.replace(' ', '-')));
  }

  /** The group of all writers that are not in a container's. */
  LoggerGroup writer() throws IOException {
    return new LoggerGroup(Files.createDirectories(top.resolve("writer")));
  }

  /** Removes them; nothing may be running in them. */
  void remove() throws IOException {
    try (var groups = Files.newDirectoryStream(top, Files::isDirectory)) {
      for (Path group : groups) {
        Files.delete(group);
      }
    }
    Files.delete(top);
  }

  /** The writer as a process of this machine. */
  List<String> writerCommand(LogWriter writer) {
    return writer.command(program.toString(), writer.control());
  }
}
