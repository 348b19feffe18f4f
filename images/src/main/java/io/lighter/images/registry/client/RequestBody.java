package io.lighter.images.registry.client;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** What goes out with a request. It knows whether it moves, and can be sent again. */
final class RequestBody {
  static final RequestBody NONE = of(new byte[0]);

  private final BlobSource source;
  private final long offset;
  private final long length;
  private final LongConsumer progress;
  private volatile long moved = System.nanoTime();
  private volatile boolean sent;
  private volatile @Nullable IOException failure;

  private RequestBody(BlobSource source, long offset, long length, LongConsumer progress) {
    this.source = source;
    this.offset = offset;
    this.length = length;
    this.progress = progress;
  }

  static RequestBody of(byte[] content) {
    return new RequestBody(
        from -> new ByteArrayInputStream(content), 0, content.length, sent -> {});
  }

  /**
   * A part of a blob.
   *
   * @param progress is told the position in the blob up to which it was read
   */
  static RequestBody of(BlobSource source, long offset, long length, LongConsumer progress) {
    return new RequestBody(source, offset, length, progress);
  }

  /** Starts again at the start of this part. */
  BodyPublisher publisher() {
    moved = System.nanoTime();
    sent = length == 0;
    failure = null;
    if (length == 0) {
      return BodyPublishers.noBody();
    }
    return BodyPublishers.fromPublisher(
        BodyPublishers.ofInputStream(
            () -> {
              try {
                return new Counted(source.open(offset));
              } catch (IOException e) {
                failure = e;
                return new Counted(InputStream.nullInputStream());
              }
            }),
        length);
  }

  /** When the last byte moved, by {@link System#nanoTime}. */
  long moved() {
    return moved;
  }

  /** Whether all has been read, so that only the answer is waited for. */
  boolean isSent() {
    return sent;
  }

  /** What went wrong with the content, and not with the registry; or null. */
  @Nullable IOException failure() {
    return failure;
  }

  /** Reads the part, and no more than it. */
  private final class Counted extends FilterInputStream {
    private long count;

    Counted(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int start, int most) throws IOException {
      if (count == length) {
        return -1;
      }
      int read;
      try {
        read = in.read(target, start, (int) Math.min(most, length - count));
        if (read < 0) {
          throw new IOException(
              "the content ends after %d of %d bytes".formatted(offset + count, offset + length));
        }
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        }
        throw e;
      }
      count += read;
      moved = System.nanoTime();
      progress.accept(offset + count);
      sent = count == length;
      return read;
    }
  }
}
