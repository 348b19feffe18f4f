package io.lighter.runtime.logs.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.linux.Linux;
import io.lighter.runtime.logs.LogStream;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random logs in tiny segments, and readers of all kinds, against a list of lines. */
@LeavesNothing(except = {Resource.THREAD, Resource.CGROUP, Resource.NETWORK_NAMESPACE})
class RandomLogsTest {
  private static final int LOGS = Integer.getInteger("lighter.random.logs", 1000);

  private final FakeBatch batch = new FakeBatch();

  /** In memory where there is such a folder: compressing waits for the disk, a thousand times. */
  @TempDir(factory = InMemory.class)
  private Path parent;

  private Path folder(int number) throws IOException {
    return Files.createDirectory(parent.resolve("log" + number));
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  private static StoreConfig config(Random random) {
    int[] sizes = {64, 256, 256, 1000, 100_000};
    return StoreConfig.DEFAULT
        .withSegments(sizes[random.nextInt(sizes.length)], 1 + random.nextInt(40))
        .withCompression(random.nextInt(3) == 0);
  }

  private static SegmentStore open(Path folder, StoreConfig config) {
    return SegmentStore.open(Linux.kernel(), folder, config, Runnable::run);
  }

  private static int longest(Random random) {
    int[] lengths = {20, 100, 400, 40_000};
    return lengths[random.nextInt(lengths.length)];
  }

  private static LogQuery query(Random random, long now) {
    LogQuery query = LogQuery.ALL;
    if (random.nextBoolean()) {
      query = query.since(990 + random.nextLong(now - 980));
    }
    if (random.nextInt(3) == 0) {
      query = query.until(990 + random.nextLong(now - 980));
    }
    if (random.nextBoolean()) {
      query = query.tail(random.nextInt(random.nextBoolean() ? 4 : 60));
    }
    return switch (random.nextInt(4)) {
      case 0 -> query.of(EnumSet.of(LogStream.STDOUT));
      case 1 -> query.of(EnumSet.of(LogStream.STDERR));
      default -> query;
    };
  }

  @Test
  void shouldAnswerAsAListOfLinesDoes() throws IOException {
    for (int seed = 0; seed < LOGS; seed++) {
      var random = new Random(seed);
      Path folder = folder(seed);
      StoreConfig config = config(random);
      var model = new LogModel();
      var writer = new RandomWriter(random, model, batch, longest(random));
      SegmentStore store = open(folder, config);
      int batches = random.nextInt(80);
      for (int i = 0; i < batches; i++) {
        writer.append(store);
        if (random.nextInt(20) == 0) {
          store.close();
          store = open(folder, config);
        }
      }
      for (int i = 0; i < 10; i++) {
        LogQuery query = query(random, writer.time());
        String difference =
            LogModel.difference(LogModel.read(store.read(query)), model.answer(query));
        assertThat(difference).as("log %d, %s", seed, query).isNull();
      }
      store.close();
      List<LogModel.Line> atRest =
          LogModel.read(LogReader.open(Linux.kernel(), folder, LogQuery.ALL));
      assertThat(LogModel.difference(atRest, model.answer(LogQuery.ALL)))
          .as("log %d", seed)
          .isNull();
      remove(folder);
    }
  }
}
