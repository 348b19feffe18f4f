package io.lighter.bench.memory;

import io.lighter.bench.machine.BusyboxRoot;
import io.lighter.bench.machine.Command;
import io.lighter.bench.report.StartData;
import io.lighter.bench.start.ContainerUnderTest;
import io.lighter.bench.start.Peer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The part of the measurement that runs in the test kernel: one subject. It prints a fact a line,
 * at once, since with too little memory that kernel may panic.
 */
final class Inside {
  static final List<String> STATIC = List.of("/bin/true");
  static final List<String> DYNAMIC = List.of("/bin/dynamic-true");
  static final List<String> IDLE = List.of("/bin/sleep", "1000000");

  private static final int STARTS = 9;
  private static final int TRIES = 3;

  /** A page is the least that a limit can change. */
  private static final long PAGE = 4096;

  private final Charged subject;
  private final PrintStream out;

  private Inside(Charged subject, PrintStream out) {
    this.subject = subject;
    this.out = out;
  }

  /** Measures a subject. */
  static void run(String name, PrintStream out) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("lighter-bench");
    Path root = BusyboxRoot.make(folder.resolve("root"));
    addDynamic(root);
    Path parent = Files.createDirectory(Path.of("/sys/fs/cgroup/lighter-bench"));
    Files.writeString(parent.resolve("cgroup.subtree_control"), "+memory +pids");
    try (Charged subject = named(name, root, folder, parent)) {
      new Inside(subject, out).measure();
    }
    Files.delete(parent);
  }

  private static Charged named(String name, Path root, Path folder, Path parent) {
    ContainerUnderTest container = ContainerUnderTest.ofThisHost();
    Peer peer = Peer.named(name);
    if (peer != null) {
      return new PeerCharged(peer, container, root, folder, parent);
    }
    return name.equals(StartData.FLOOR)
        ? new FloorCharged(root, parent)
        : new OwnCharged(container, root, folder, parent);
  }

  /** The machine's own true, with its libraries, as ldd(1) finds them. */
  private static void addDynamic(Path root) throws IOException, InterruptedException {
    Path program = Path.of("/bin/true").toRealPath();
    BusyboxRoot.addProgram(root.resolve("bin"), "dynamic-true", program);
    for (String line : Command.lines(List.of("ldd", program.toString()))) {
      for (String word : line.strip().split("\\s+", -1)) {
        if (word.startsWith("/")) {
          Path source = Path.of(word);
          Path inside = root.resolve(word.substring(1, word.lastIndexOf('/') + 1));
          Files.createDirectories(inside);
          BusyboxRoot.addProgram(inside, source.getFileName().toString(), source);
        }
      }
    }
  }

  private void measure() throws IOException, InterruptedException {
    out.println("description " + subject.description());
    for (int i = 0; i < TRIES; i++) {
      peak(STATIC); // what a first one costs is no container's
      peak(DYNAMIC);
    }
    long statically = median(STATIC);
    long dynamically = median(DYNAMIC);
    out.println("peak-static " + statically);
    out.println("peak-dynamic " + dynamically);
    idle();
    descend("limit-static", STATIC, statically);
    descend("limit-dynamic", DYNAMIC, dynamically);
    out.println("end");
  }

  private long median(List<String> command) throws IOException, InterruptedException {
    long[] peaks = new long[STARTS];
    for (int i = 0; i < STARTS; i++) {
      peaks[i] = peak(command);
    }
    Arrays.sort(peaks);
    return peaks[STARTS / 2];
  }

  private long peak(List<String> command) throws IOException, InterruptedException {
    try (Charged.Running running = subject.start(command)) {
      awaitEnd(running.cgroup());
      return number(running.cgroup(), "memory.peak");
    }
  }

  private static void awaitEnd(Path cgroup) throws IOException, InterruptedException {
    while (!Files.readString(cgroup.resolve("cgroup.events")).contains("populated 0")) {
      Thread.sleep(1);
    }
  }

  private static long number(Path cgroup, String file) throws IOException {
    return Long.parseLong(Files.readString(cgroup.resolve(file)).strip());
  }

  /** What an idle container has, by kind. */
  private void idle() throws IOException, InterruptedException {
    try (Charged.Running running = subject.start(IDLE)) {
      Thread.sleep(500);
      out.println("idle " + number(running.cgroup(), "memory.current"));
      for (String line : Files.readAllLines(running.cgroup().resolve("memory.stat"))) {
        out.println("stat " + line);
      }
    }
  }

  /** From above, since what is too little may be the end of this kernel. */
  private void descend(String fact, List<String> command, long peak)
      throws IOException, InterruptedException {
    long limit = (peak + peak / 4) / PAGE * PAGE;
    while (limit > 0 && runsAlways(command, limit)) {
      out.println(fact + " " + limit);
      limit -= Math.max(PAGE, limit / 32 / PAGE * PAGE);
    }
  }

  private boolean runsAlways(List<String> command, long limit)
      throws IOException, InterruptedException {
    for (int i = 0; i < TRIES; i++) {
      if (!subject.runs(command, limit)) {
        return false;
      }
    }
    return true;
  }
}
