package io.lighter.runtime.logs.file;

import io.lighter.linux.Linux;
import io.lighter.runtime.logs.LogBatch;
import io.lighter.runtime.logs.RewindableSink;
import java.nio.file.Path;

/**
 * The log file of a container as the kubelet wants it. The kubelet rotates it: it gives the file
 * another name and then has it {@link #reopen opened again} (ReopenContainerLog of CRI v1).
 */
public final class CriFileSink implements RewindableSink {
  /** As containerd and CRI-O make it. */
  private static final int MODE = 0640;

  private final LineFile lines;

  /** Opens the file, or makes it. */
  public CriFileSink(Linux linux, Path path) {
    lines = new LineFile(new LogFile(linux, path, MODE), new CriLineFormat(), Long.MAX_VALUE);
  }

  /**
   * Goes on with the file that has the path now, and makes it when there is none. Only within
   * {@code ContainerLog.exclusively}.
   */
  public void reopen() {
    lines.file().reopen();
    lines.changed();
  }

  @Override
  public int append(LogBatch batch) {
    return lines.append(batch);
  }

  @Override
  public long position() {
    return lines.file().size();
  }

  @Override
  public void rewind(long position) {
    lines.file().cut(position);
    lines.changed();
  }

  @Override
  public void close() {
    lines.close();
  }
}
