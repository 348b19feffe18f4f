package io.lighter.runtime.logs.file;

import io.lighter.linux.Linux;
import io.lighter.runtime.logs.LogBatch;
import io.lighter.runtime.logs.RewindableSink;
import java.nio.file.Path;
import java.util.concurrent.Executor;

/** The log of a container as Docker's json-file driver writes it, with its rotation. */
public final class JsonFileSink implements RewindableSink {
  /** As moby makes it. */
  private static final int MODE = 0640;

  private final LineFile lines;
  private final RotatedFiles rotated;
  private final int maxFiles;
  private long lastTime;

  /**
   * Opens the file, or makes it.
   *
   * @param executor compresses old files
   */
  public JsonFileSink(Linux linux, Path path, JsonFileOptions options, Executor executor) {
    LogFile file = new LogFile(linux, path, MODE);
    lines = new LineFile(file, new JsonLineFormat(options.attributes()), options.maxSize());
    maxFiles = options.maxFiles();
    rotated = new RotatedFiles(linux, path, options.maxFiles(), options.compress(), executor);
  }

  @Override
  public long position() {
    if (lines.isFull()) {
      rotate();
    }
    return lines.file().size();
  }

  /** The only file that may be there is emptied, as moby does it. */
  private void rotate() {
    if (maxFiles > 1) {
      long time = lastTime;
      rotated.shift();
      rotated.settle(_ -> time);
    }
    lines.file().reopenEmpty();
    lines.changed();
  }

  @Override
  public int append(LogBatch batch) {
    int taken = lines.append(batch);
    lastTime = lines.lastTime();
    return taken;
  }

  @Override
  public void rewind(long position) {
    lines.file().cut(position);
    lines.changed();
  }

  @Override
  public void close() {
    rotated.finish();
    lines.close();
  }
}
