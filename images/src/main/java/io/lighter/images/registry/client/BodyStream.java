package io.lighter.images.registry.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer as a stream that does not wait for ever, which those of the JDK do. Holds
 * what two reads from the socket gave. Read by one thread; closed by any.
 */
final class BodyStream extends InputStream implements HttpResponse.BodySubscriber<BodyStream> {
  private static final List<ByteBuffer> END = List.of();
  private static final int AHEAD = 2;

  private final Duration idle;
  private final BlockingQueue<List<ByteBuffer>> arrived = new LinkedBlockingQueue<>();
  private final Deque<ByteBuffer> current = new ArrayDeque<>();
  private volatile Flow.@Nullable Subscription subscription;
  private volatile @Nullable Throwable failure;
  private volatile boolean closed;
  private boolean ended;

  /**
   * A stream that waits for at most this long for each further piece.
   *
   * @param idle longer than a moment
   */
  BodyStream(Duration idle) {
    this.idle = idle;
  }

  @Override
  public CompletionStage<BodyStream> getBody() {
    return CompletableFuture.completedStage(this);
  }

  @Override
  public void onSubscribe(Flow.Subscription newSubscription) {
    subscription = newSubscription;
    if (closed) {
      newSubscription.cancel();
    } else {
      newSubscription.request(AHEAD);
    }
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    arrived.add(buffers);
  }

  @Override
  public void onError(Throwable throwable) {
    failure = throwable;
    arrived.add(END);
  }

  @Override
  public void onComplete() {
    arrived.add(END);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    ByteBuffer buffer = next();
    if (buffer == null) {
      return -1;
    }
    int count = Math.min(length, buffer.remaining());
    buffer.get(target, offset, count);
    return count;
  }

  private @Nullable ByteBuffer next() throws IOException {
    while (!ended) {
      ByteBuffer buffer = current.peek();
      if (buffer != null && buffer.hasRemaining()) {
        return buffer;
      }
      if (buffer != null) {
        current.remove();
      } else {
        take();
      }
    }
    if (closed) {
      throw new IOException("the stream was closed");
    }
    Throwable cause = failure;
    if (cause != null) {
      throw new IOException("the transfer broke: " + cause.getMessage(), cause);
    }
    return null;
  }

  private void take() throws IOException {
    List<ByteBuffer> buffers;
    try {
      buffers = arrived.poll(idle.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while reading from a registry");
    }
    if (buffers == null) {
      close();
      throw new HttpTimeoutException("nothing came for " + idle.toMillis() + " ms");
    }
    if (closed || buffers.isEmpty()) {
      ended = true;
      return;
    }
    current.addAll(buffers);
    Flow.Subscription source = subscription;
    if (source != null) {
      source.request(1);
    }
  }

  @Override
  public void close() {
    closed = true;
    Flow.Subscription source = subscription;
    if (source != null) {
      // After the end it does nothing, and the connection is kept for the next request.
      source.cancel();
    }
    arrived.add(END);
  }
}
