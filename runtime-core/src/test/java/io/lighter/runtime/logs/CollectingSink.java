package io.lighter.runtime.logs;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** A sink that keeps all that it is given, and of which a test can say how it behaves. */
final class CollectingSink implements LogSink {
  /** A batch as it was. */
  record Kept(
      LogStream stream, String text, long time, long begun, boolean endsMidLine, boolean last) {}

  final List<Kept> batches = new CopyOnWriteArrayList<>();
  final CountDownLatch closed = new CountDownLatch(1);

  /** Called before each batch; it may block, or throw. */
  volatile Runnable before = () -> {};

  volatile boolean takes = true;

  @Override
  public int append(LogBatch batch) {
    before.run();
    if (!takes) {
      return 0;
    }
    byte[] bytes = batch.bytes().asSlice(0, batch.length()).toArray(JAVA_BYTE);
    batches.add(
        new Kept(
            batch.stream(),
            new String(bytes, ISO_8859_1),
            batch.time(),
            batch.begun(),
            batch.endsMidLine(),
            batch.isLast()));
    return batch.length();
  }

  String text(LogStream stream) {
    StringBuilder text = new StringBuilder();
    for (Kept kept : batches) {
      if (kept.stream == stream) {
        text.append(kept.text);
      }
    }
    return text.toString();
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
