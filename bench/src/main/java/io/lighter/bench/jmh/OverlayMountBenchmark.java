package io.lighter.bench.jmh;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.FolderRemoval;
import io.lighter.linux.Linux;
import io.lighter.overlay.LayerStack;
import io.lighter.overlay.OverlayOptions;
import io.lighter.overlay.RootAttributes;
import io.lighter.overlay.WritableLayer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
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
 * What an overlay costs by the number of its layers: the mount alone, and all that a container that
 * is thrown away needs of it. Needs root.
 */
@State(Scope.Benchmark)
// JMH fills the fields in.
@SuppressWarnings("NullAway.Init")
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class OverlayMountBenchmark {
  @Param({"1", "50", "500"})
  public int layers;

  /** Where layers and uppers lie: a disk, or the memory. */
  @Param({"/var/tmp", "/dev/shm"})
  public String place;

  private final Linux linux = Linux.kernel();
  private final Arena arena = Arena.ofShared();
  private final FolderRemoval removal = new FolderRemoval(linux, arena);
  private Path folder;
  private Fd parent;
  private LayerStack stack;
  private WritableLayer writable;

  @Setup(Level.Trial)
  public void open() throws IOException {
    folder = Files.createTempDirectory(Path.of(place), "overlay-benchmark");
    List<Path> paths = new ArrayList<>();
    for (int i = 0; i < layers; i++) {
      paths.add(Files.createDirectory(folder.resolve("layer-" + i)));
    }
    parent = linux.files().openat(Fd.WORKING_FOLDER, folder.toString(), Fcntl.O_RDONLY, 0);
    stack = LayerStack.open(linux, paths);
    writable = WritableLayer.create(linux, parent, "kept", RootAttributes.DEFAULT);
  }

  @TearDown(Level.Trial)
  public void close() {
    writable.close();
    stack.close();
    removal.empty(parent);
    linux.files().unlinkat(Fd.WORKING_FOLDER, folder.toString(), Fcntl.AT_REMOVEDIR);
    parent.close();
    arena.close();
  }

  /** Mounts and unmounts with one writable layer that is there. */
  @Benchmark
  public void mountAndUnmount() {
    stack.mount(writable, OverlayOptions.DEFAULTS).close();
  }

  /** Makes a writable layer, mounts, unmounts, removes. */
  @Benchmark
  public boolean throwAway() {
    WritableLayer layer = WritableLayer.create(linux, parent, "container", stack.root());
    stack.mount(layer, OverlayOptions.THROW_AWAY).close();
    return layer.remove(removal);
  }

  /** Makes and removes a writable layer, without a mount. */
  @Benchmark
  public boolean writableLayerAlone() {
    return WritableLayer.create(linux, parent, "container", stack.root()).remove(removal);
  }
}
