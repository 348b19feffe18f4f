package io.lighter.bench.jmh;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FolderRemoval;
import io.lighter.linux.Linux;
import io.lighter.overlay.LayerStack;
import io.lighter.overlay.OverlayOptions;
import io.lighter.overlay.WritableLayer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What mounting and unmounting a root costs, by the number of its layers. Nothing is attached to
 * the machine's mounts. Needs root. With one layer there is no overlay for reading: it is the bind
 * that a reader gets.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class OverlayMountBenchmark {

  /** On a tmpfs, so that no disk is in the figure. */
  private static final Path PLACE = Path.of("/dev/shm");

  @Param({"1", "50", "500"})
  public int layers;

  private final Linux linux = Linux.kernel();
  private final Arena arena = Arena.ofShared();
  private final FolderRemoval removal = new FolderRemoval(linux, arena);
  private @Nullable Fd place;
  private @Nullable Fd folder;
  private @Nullable LayerStack stack;
  private String name = "";

  @Setup
  public void makeLayers() throws IOException {
    Path made = Files.createTempDirectory(PLACE, "lighter-jmh");
    name = made.getFileName().toString();
    List<Path> folders = new ArrayList<>(layers);
    for (int i = 0; i < layers; i++) {
      folders.add(Files.createDirectory(made.resolve(String.valueOf(i))));
    }
    place = open(PLACE);
    folder = open(made);
    stack = LayerStack.open(linux, folders);
  }

  private Fd open(Path path) {
    return linux
        .files()
        .openat(Fd.WORKING_FOLDER, path.toString(), Fcntl.O_RDONLY | Fcntl.O_DIRECTORY, 0);
  }

  @TearDown
  public void removeLayers() {
    Objects.requireNonNull(stack).close();
    Objects.requireNonNull(folder).close();
    try (Fd parent = Objects.requireNonNull(place)) {
      removal.remove(parent, name);
    }
    arena.close();
  }

  /** Mounts and unmounts the layers alone. */
  @Benchmark
  public void readOnly() {
    Objects.requireNonNull(stack).mountReadOnly(OverlayOptions.DEFAULTS).close();
  }

  /** Makes an upper, mounts the layers below it, unmounts, removes the upper. */
  @Benchmark
  public void withNewUpper() {
    LayerStack layers = Objects.requireNonNull(stack);
    WritableLayer upper =
        WritableLayer.create(linux, Objects.requireNonNull(folder), "upper", layers.root());
    layers.mount(upper, OverlayOptions.THROW_AWAY).close();
    upper.remove(removal);
  }
}
