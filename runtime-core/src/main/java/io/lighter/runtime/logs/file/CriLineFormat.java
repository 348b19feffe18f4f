package io.lighter.runtime.logs.file;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.lighter.runtime.logs.LineSplitter;
import io.lighter.runtime.logs.LogStream;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The lines of a container's log as the kubelet reads them: {@code 2026-11-25T09:05:01.12Z stdout F
 * text}, with P in place of F for a piece that does not end its line.
 *
 * @see <a
 *     href="https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md">CRI:
 *     log management for containers</a>
 */
final class CriLineFormat implements LineFormat {
  private static final byte[][] WHOLE = {
    " stdout F ".getBytes(US_ASCII), " stderr F ".getBytes(US_ASCII)
  };
  private static final byte[][] PART = {
    " stdout P ".getBytes(US_ASCII), " stderr P ".getBytes(US_ASCII)
  };

  private final TimeText times = new TimeText();

  @Override
  public LineSplitter splitter() {
    return LineSplitter.CRI;
  }

  @Override
  public int longest(int length) {
    return length + TimeText.LONGEST + WHOLE[0].length + 1;
  }

  @Override
  public int put(
      MutableDirectBuffer target,
      int to,
      LogStream stream,
      long time,
      DirectBuffer bytes,
      int from,
      int length,
      boolean completes) {
    int out = to + times.put(target, to, time);
    byte[] tag = (completes ? WHOLE : PART)[stream.code()];
    target.putBytes(out, tag);
    out += tag.length;
    target.putBytes(out, bytes, from, length);
    out += length;
    target.putByte(out, (byte) '\n');
    return out + 1;
  }
}
