package io.lighter.images.registry.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request. Asks the network for more only when all that came was read. The event loop
 * offers, one other thread reads.
 */
final class RequestStream extends InputStream {
  private final ChannelHandlerContext context;
  private final Duration patience;
  private final BlockingQueue<HttpContent> arrived = new LinkedBlockingQueue<>();
  private boolean awaited;
  private volatile boolean waiting;
  private @Nullable HttpContent current;
  private boolean ended;

  /**
   * A body that is still to come.
   *
   * @param awaited whether the client waits for leave to send it
   * @param patience with a client that sends nothing
   */
  RequestStream(ChannelHandlerContext context, boolean awaited, Duration patience) {
    this.context = context;
    this.awaited = awaited;
    this.patience = patience;
  }

  void offer(HttpContent content) {
    waiting = false;
    arrived.add(content);
  }

  /** Whether the reader waits, and what came from the network was not enough for a piece. */
  boolean isWaiting() {
    return waiting;
  }

  /** The connection has broken. */
  void abort() {
    arrived.add(new Broken());
  }

  boolean isEnded() {
    return ended;
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
    while (!ended) {
      HttpContent content = current;
      if (content == null) {
        content = take();
        current = content;
      }
      ByteBuf bytes = content.content();
      if (bytes.isReadable()) {
        int count = Math.min(length, bytes.readableBytes());
        bytes.readBytes(target, offset, count);
        return count;
      }
      ended = content instanceof LastHttpContent;
      current = null;
      content.release();
    }
    return -1;
  }

  private HttpContent take() throws IOException {
    HttpContent content = arrived.poll();
    if (content == null) {
      if (awaited) {
        awaited = false;
        var _ =
            context.writeAndFlush(
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
      }
      waiting = true;
      context.read();
      try {
        content = arrived.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("stopped while reading a request");
      }
    }
    if (content == null) {
      throw new StalledClientException(
          "the client sent nothing for " + patience.toSeconds() + " s");
    }
    if (content instanceof Broken) {
      arrived.add(content);
      throw new EOFException("the client has gone");
    }
    if (content.decoderResult().isFailure()) {
      content.release();
      throw new IOException("the body is not as HTTP has it", content.decoderResult().cause());
    }
    return content;
  }

  /**
   * Reads what is left of a body nobody wanted, if that is little.
   *
   * @return whether the connection can be used again
   */
  boolean skip(int most) {
    if (awaited) {
      return ended;
    }
    byte[] buffer = new byte[8192];
    int skipped = 0;
    try {
      while (skipped <= most) {
        int read = read(buffer, 0, buffer.length);
        if (read < 0) {
          return true;
        }
        skipped += read;
      }
    } catch (IOException e) {
      return false;
    }
    return false;
  }

  /** Gives back the memory of what was not read. */
  void release() {
    HttpContent content = current;
    current = null;
    while (content != null) {
      if (!(content instanceof Broken)) {
        content.release();
      }
      content = arrived.poll();
    }
  }

  /** A mark behind all that came before the connection broke. */
  private static final class Broken extends DefaultHttpContent {
    Broken() {
      super(Unpooled.EMPTY_BUFFER);
    }
  }
}
