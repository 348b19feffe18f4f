package io.lighter.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Every process that this one can see, by parent (proc_pid_stat(5)). */
final class ProcessTree {

  /**
   * One process.
   *
   * @param state the kernel's letter: {@code Z} is a zombie
   */
  record Entry(long pid, String name, char state, long parent) {}

  private final Map<Long, List<Entry>> byParent;

  private ProcessTree(Map<Long, List<Entry>> byParent) {
    this.byParent = byParent;
  }

  static ProcessTree read() {
    Map<Long, List<Entry>> byParent = new HashMap<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
      for (Path process : processes) {
        try {
          Entry entry =
              parse(Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1));
          byParent.computeIfAbsent(entry.parent(), pid -> new ArrayList<>()).add(entry);
        } catch (IOException gone) {
          // It ended between the listing and the reading.
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("listing /proc", e);
    }
    return new ProcessTree(byParent);
  }

  /** The name stands in parentheses and may hold blanks and parentheses itself. */
  static Entry parse(String stat) {
    int open = stat.indexOf('(');
    int close = stat.lastIndexOf(')');
    String[] rest = stat.substring(close + 2).split(" ", -1);
    return new Entry(
        Long.parseLong(stat.substring(0, open - 1)),
        stat.substring(open + 1, close),
        rest[0].charAt(0),
        Long.parseLong(rest[1]));
  }

  /** This process' children, each as {@code "4711 (sh) zombie"}. */
  List<String> children() {
    return childrenOf(ProcessHandle.current().pid()).stream()
        .map(e -> e.pid() + " (" + e.name() + ")" + (e.state() == 'Z' ? " zombie" : ""))
        .toList();
  }

  /** All processes below this one. */
  List<Entry> descendants() {
    List<Entry> found = new ArrayList<>();
    Deque<Entry> open = new ArrayDeque<>(childrenOf(ProcessHandle.current().pid()));
    while (!open.isEmpty()) {
      Entry entry = open.remove();
      found.add(entry);
      open.addAll(childrenOf(entry.pid()));
    }
    return found;
  }

  /** Whether that process lives and is neither this one nor below it. */
  boolean isForeign(long pid) {
    return pid != ProcessHandle.current().pid()
        && byParent.values().stream().flatMap(List::stream).anyMatch(e -> e.pid() == pid)
        && descendants().stream().noneMatch(e -> e.pid() == pid);
  }

  private Collection<Entry> childrenOf(long pid) {
    return byParent.getOrDefault(pid, List.of());
  }
}
