package io.lighter.runtime.logs.store;

import io.lighter.runtime.logs.LogStream;
import java.util.Random;

/** Appends random batches to a store and to a model: all that a pipeline may bring. */
final class RandomWriter {
  private static final String TEXT = "abcdefghijklmnopqrstuvwxyz\r\u0000\u00e4 ".repeat(2000);

  private final Random random;
  private final LogModel model;
  private final FakeBatch batch;
  private final int longest;
  private long time = 1_000;

  /**
   * Makes one.
   *
   * @param longest how long a line may be, about
   */
  RandomWriter(Random random, LogModel model, FakeBatch batch, int longest) {
    this.random = random;
    this.model = model;
    this.batch = batch;
    this.longest = longest;
  }

  long time() {
    return time;
  }

  void append(SegmentStore store) {
    LogStream stream = LogStream.of(random.nextInt(2));
    time += random.nextInt(30);
    var text = new StringBuilder();
    int lines = random.nextInt(4);
    for (int i = 0; i < lines; i++) {
      text.append(line()).append('\n');
    }
    boolean marker = random.nextInt(20) == 0;
    if (text.isEmpty() || random.nextInt(3) == 0) {
      text.append(line()).append('x');
    }
    batch.set(stream, time, text.toString().getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    int open = model.openBytes(stream);
    if (marker) {
      batch.marker();
    } else if (open > 0 && random.nextInt(10) > 0) {
      batch.begun(open);
    } else if (open == 0 && random.nextInt(30) == 0) {
      batch.begun(16384); // whose beginning went elsewhere
    }
    if (random.nextInt(15) == 0) {
      batch.last();
    }
    if (random.nextInt(8) == 0) {
      batch.moving(random.nextInt(batch.length()));
    }
    time += lines + 2;
    model.add(batch, store.append(batch));
  }

  private String line() {
    int most = random.nextInt(6) == 0 ? longest : Math.min(longest, 12);
    return TEXT.substring(random.nextInt(30), 30 + random.nextInt(most + 1));
  }
}
