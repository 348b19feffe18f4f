package io.lighter.runtime.logs;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.Pipe;
import io.lighter.runtime.logs.file.CriFileSink;
import io.lighter.runtime.logs.file.JsonFileOptions;
import io.lighter.runtime.logs.file.JsonFileSink;
import io.lighter.runtime.logs.store.SegmentStore;
import io.lighter.runtime.logs.store.StoreConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A daemon that a test kills. Everything that has to survive is its keeper's, who says so by the
 * numbers of its own descriptors.
 *
 * <p>Arguments: the keeper's pid, the sink, its path, the two pipes, then three descriptors for
 * each commit point: the ends of its pipe and its record.
 */
final class MortalDaemon {
  /** Small segments, so that daemons are killed while they go from one to the next. */
  private static final StoreConfig SMALL =
      StoreConfig.DEFAULT.withSegments(200_000, 1 << 10).withCompression(false);

  private MortalDaemon() {}

  public static void main(String[] args) throws Exception {
    Linux linux = Linux.kernel();
    String folder = "/proc/" + args[0] + "/fd/";
    List<CommitPoint> points = new ArrayList<>();
    for (int i = 5; i < args.length; i += 3) {
      Fd read = open(linux, folder + args[i], Fcntl.O_RDONLY);
      Fd write = open(linux, folder + args[i + 1], Fcntl.O_WRONLY);
      Fd record = open(linux, folder + args[i + 2], Fcntl.O_RDWR);
      points.add(CommitPoint.adopt(linux, new Pipe(read, write), record));
    }
    CommitPoints kept =
        new CommitPoints() {
          @Override
          public CommitPoint open() {
            throw new IllegalStateException("the keeper has handed over too few commit points");
          }

          @Override
          public List<CommitPoint> left() {
            return points;
          }
        };
    LogPipeline pipeline =
        LogPipeline.open(linux, LogPipelineConfig.of(linux.clocks()::realtime, kept));
    LogSources sources =
        LogSources.pipes(
            linux,
            open(linux, folder + args[3], Fcntl.O_RDONLY),
            open(linux, folder + args[4], Fcntl.O_RDONLY));
    ContainerLog log = pipeline.add("container", sources, sink(linux, args[1], Path.of(args[2])));
    System.out.println("ready");
    log.ended().join();
    pipeline.close();
  }

  static LogSink sink(Linux linux, String kind, Path path) {
    return switch (kind) {
      case "cri" -> new CriFileSink(linux, path);
      case "json" -> new JsonFileSink(linux, path, JsonFileOptions.unbounded(), Runnable::run);
      case "json-rotated" ->
          new JsonFileSink(
              linux, path, new JsonFileOptions(200_000, 1_000, false, ""), Runnable::run);
      case "native-large" ->
          SegmentStore.open(linux, path, StoreConfig.DEFAULT.withCompression(false), Runnable::run);
      case "native" -> SegmentStore.open(linux, path, SMALL, Runnable::run);
      default -> throw new IllegalArgumentException(kind);
    };
  }

  private static Fd open(Linux linux, String path, int flags) {
    return linux.files().openat(Fd.WORKING_FOLDER, path, flags, 0);
  }
}
