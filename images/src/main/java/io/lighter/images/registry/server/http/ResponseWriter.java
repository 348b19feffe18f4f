package io.lighter.images.registry.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.DefaultFileRegion;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Writes an answer piece by piece, and waits for the client to take each. On plain HTTP the kernel
 * sends files without their passing through this process.
 */
final class ResponseWriter {
  /** By the first, old clients know a registry; browsers must not guess what content is. */
  private static final Map<String, String> ALWAYS =
      Map.of(
          "Docker-Distribution-Api-Version", "registry/2.0", "X-Content-Type-Options", "nosniff");

  private static final int FILE_PIECE = 4 << 20;
  private static final int PIECE = 128 * 1024;

  private final ChannelHandlerContext context;
  private final boolean bodiless;
  private final boolean secure;
  private final Duration patience;
  private boolean keepAlive;
  private boolean begun;
  private boolean finished;

  /**
   * A writer for one answer.
   *
   * @param bodiless whether only the head is sent, for HEAD
   * @param secure whether there is TLS, through which the kernel cannot send files
   * @param keepAlive whether the client wants to ask again
   * @param patience with a client that takes nothing
   */
  ResponseWriter(
      ChannelHandlerContext context,
      boolean bodiless,
      boolean secure,
      boolean keepAlive,
      Duration patience) {
    this.context = context;
    this.bodiless = bodiless;
    this.secure = secure;
    this.keepAlive = keepAlive;
    this.patience = patience;
  }

  /** Whether a head went out. */
  boolean hasBegun() {
    return begun;
  }

  /** Whether the answer is whole, and another may follow on this connection. */
  boolean canGoOn() {
    return finished && keepAlive;
  }

  /** This is the last answer on this connection. */
  void last() {
    keepAlive = false;
  }

  void whole(int status, Map<String, String> headers, byte[] content) throws IOException {
    ByteBuf body = bodiless ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(content);
    DefaultFullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), body);
    set(response, headers);
    if (status != 204) {
      response.headers().set(HttpHeaderNames.CONTENT_LENGTH, content.length);
    }
    begun = true;
    await(context.writeAndFlush(response));
    finished = true;
  }

  void head(int status, Map<String, String> headers, long length) throws IOException {
    DefaultFullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), Unpooled.EMPTY_BUFFER);
    set(response, headers);
    response.headers().set(HttpHeaderNames.CONTENT_LENGTH, length);
    begun = true;
    await(context.writeAndFlush(response));
    finished = true;
  }

  void file(int status, Map<String, String> headers, FileChannel file, long from, long length)
      throws IOException {
    begin(status, headers, length);
    long end = from + length;
    if (secure) {
      copy(file, from, end);
    } else {
      for (long at = from; at < end; at += FILE_PIECE) {
        long piece = Math.min(FILE_PIECE, end - at);
        await(context.writeAndFlush(new Region(file, at, piece)));
      }
    }
    end();
  }

  private void copy(FileChannel file, long from, long end) throws IOException {
    byte[] buffer = new byte[PIECE];
    long at = from;
    while (at < end) {
      int most = (int) Math.min(buffer.length, end - at);
      int read = file.read(ByteBuffer.wrap(buffer, 0, most), at);
      if (read <= 0) {
        throw new EOFException("the file ends early");
      }
      piece(buffer, read);
      at += read;
    }
  }

  void stream(int status, Map<String, String> headers, InputStream content, long length)
      throws IOException {
    begin(status, headers, length);
    byte[] buffer = new byte[PIECE];
    long left = length;
    while (left > 0) {
      int read = content.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (read < 0) {
        throw new EOFException("%d bytes are missing at the end".formatted(left));
      }
      piece(buffer, read);
      left -= read;
    }
    end();
  }

  private void piece(byte[] buffer, int length) throws IOException {
    ByteBuf bytes = context.alloc().buffer(length).writeBytes(buffer, 0, length);
    await(context.writeAndFlush(new DefaultHttpContent(bytes)));
  }

  private void begin(int status, Map<String, String> headers, long length) throws IOException {
    HttpResponse response =
        new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
    set(response, headers);
    response.headers().set(HttpHeaderNames.CONTENT_LENGTH, length);
    begun = true;
    var _ = context.write(response, context.voidPromise());
  }

  private void end() throws IOException {
    await(context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT));
    finished = true;
  }

  private void set(HttpResponse response, Map<String, String> headers) {
    ALWAYS.forEach(response.headers()::set);
    headers.forEach(response.headers()::set);
    HttpUtil.setKeepAlive(response, keepAlive);
  }

  private void await(ChannelFuture written) throws IOException {
    try {
      if (!written.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        var _ = context.close();
        throw new StalledClientException(
            "the client took nothing for " + patience.toSeconds() + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("stopped while answering");
    }
    if (!written.isSuccess()) {
      throw new IOException("the client has gone", written.cause());
    }
  }

  /** A part of a file that stays open afterwards: its owner closes it. */
  private static final class Region extends DefaultFileRegion {
    Region(FileChannel file, long position, long count) {
      super(file, position, count);
    }

    @Override
    protected void deallocate() {
      // As said.
    }
  }
}
