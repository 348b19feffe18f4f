package io.lighter.runtime.logs.file;

import io.lighter.runtime.logs.LineSplitter;
import io.lighter.runtime.logs.LogStream;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The lines of a container's log as the kubelet reads them: {@code 2026-11-25T09:05:01.12Z stdout F
 * text}, with P in place of F for a piece that does not end its line.
 *
 * @see <a
 *     href="https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md">CRI:
 *     log management for containers</a>
 */
final class CriLineFormat implements LineFormat {
  private static final Literal[] WHOLE = {Literal.of(" stdout F "), Literal.of(" stderr F ")};
  private static final Literal[] PART = {Literal.of(" stdout P "), Literal.of(" stderr P ")};

  private final TimeText times = new TimeText();

  @Override
  public LineSplitter splitter() {
    return LineSplitter.CRI;
  }

  @Override
  public boolean hasOneTimeALine() {
    return false;
  }

  @Override
  public int longest(int length) {
    return length + TimeText.LONGEST + WHOLE[0].length() + 1 + Literal.BEYOND;
  }

  @Override
  public int put(
      UnsafeBuffer target,
      int to,
      LogStream stream,
      long time,
      UnsafeBuffer bytes,
      int from,
      int length,
      boolean completes) {
    int out = to + times.put(target, to, time);
    out = (completes ? WHOLE : PART)[stream.code()].put(target, out);
    target.putBytes(out, bytes, from, length);
    out += length;
    target.putByte(out, (byte) '\n');
    return out + 1;
  }
}
