package io.lighter.bench.jmh;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FileStatus;
import io.lighter.linux.Files;
import io.lighter.linux.FolderEntries;
import io.lighter.linux.Linux;
import io.lighter.linux.Name;
import io.lighter.linux.Stat;
import io.lighter.linux.Xattrs;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What the calls on files cost that layers, diffs and clean-up make by the thousand. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Thread)
public class FileCallBenchmark {
  private static final int ENTRIES = 100;
  private static final String OPAQUE = "trusted.overlay.opaque";

  private final Files files = Linux.kernel().files();
  private final Xattrs xattrs = Linux.kernel().xattrs();
  private final Arena arena = Arena.ofConfined();
  private final FileStatus status = new FileStatus(arena);
  private final FolderEntries entries = new FolderEntries(files, arena);
  private final Name first = Name.of("entry-0");
  private final MemorySegment value = arena.allocate(16);
  private Path path = Path.of("/");
  private Fd folder = Fd.WORKING_FOLDER;

  @Setup
  public void makeFolder() throws IOException {
    path = java.nio.file.Files.createTempDirectory("lighter-jmh");
    for (int i = 0; i < ENTRIES; i++) {
      java.nio.file.Files.createFile(path.resolve("entry-" + i));
    }
    folder = files.openat(Fd.WORKING_FOLDER, path.toString(), Fcntl.O_DIRECTORY, 0);
  }

  @TearDown
  public void removeFolder() throws IOException {
    folder.close();
    arena.close();
    for (int i = 0; i < ENTRIES; i++) {
      java.nio.file.Files.delete(path.resolve("entry-" + i));
    }
    java.nio.file.Files.delete(path);
  }

  @Benchmark
  public void openat2AndClose() {
    files.openat2(folder, "entry-0", Fcntl.O_PATH, 0, Fcntl.RESOLVE_BENEATH).close();
  }

  @Benchmark
  public boolean statxByText() {
    return files.statx(folder, "entry-0", Fcntl.AT_SYMLINK_NOFOLLOW, status);
  }

  @Benchmark
  public boolean statxByName() {
    return files.statx(folder, first, Fcntl.AT_SYMLINK_NOFOLLOW, status);
  }

  @Benchmark
  public long statxOfADescriptor() {
    files.statx(folder, status);
    return status.ino();
  }

  @Benchmark
  public int lgetxattrThatIsAbsent() {
    return xattrs.lgetxattr(folder, first, OPAQUE, value);
  }

  /** A hundred entries, with the call that goes back to the first. */
  @Benchmark
  public int listHundredEntries() {
    files.lseek(folder, 0, Stat.SEEK_SET);
    entries.start(folder);
    int bytes = 0;
    while (entries.next()) {
      bytes += entries.name().length();
    }
    return bytes;
  }
}
