package io.lighter.images.registry.server.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One connection: one exchange at a time, each in a thread of its own. Its methods run in the event
 * loop, unless they say other.
 */
final class Connection extends ChannelInboundHandlerAdapter {
  /** Of a body that was refused, to keep the connection. */
  private static final int SKIPPED = 64 * 1024;

  private final HttpHandler handler;
  private final Executor threads;
  private final Duration patience;
  private final boolean secure;
  private final Exchanges exchanges;
  private final Queue<Object> ahead = new ArrayDeque<>();
  private @Nullable RequestStream body;
  private boolean busy;

  Connection(
      HttpHandler handler,
      Executor threads,
      Duration patience,
      boolean secure,
      Exchanges exchanges) {
    this.handler = handler;
    this.threads = threads;
    this.patience = patience;
    this.secure = secure;
    this.exchanges = exchanges;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    exchanges.opened(context.channel());
    context.read();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    RequestStream receiving = body;
    if (receiving != null && message instanceof HttpContent content) {
      if (content instanceof LastHttpContent) {
        body = null;
      }
      receiving.offer(content);
    } else if (busy) {
      ahead.add(message); // A request that came before the answer to the last.
    } else if (message instanceof HttpRequest request) {
      begin(context, request);
    } else {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    // While a request is handled, its body is read on demand, and what came may be half a piece.
    RequestStream receiving = body;
    if (!busy || (receiving != null && receiving.isWaiting())) {
      context.read();
    }
  }

  private void begin(ChannelHandlerContext context, HttpRequest request) {
    busy = true;
    boolean broken = request.decoderResult().isFailure();
    RequestStream stream =
        new RequestStream(context, HttpUtil.is100ContinueExpected(request), patience);
    ResponseWriter writer =
        new ResponseWriter(
            context,
            request.method().equals(HttpMethod.HEAD),
            secure,
            HttpUtil.isKeepAlive(request) && !broken && !exchanges.isStopping(),
            patience);
    body = stream;
    exchanges.begin();
    threads.execute(
        () -> {
          try {
            if (broken) {
              writer.whole(400, Map.of(), new byte[0]);
            } else {
              handle(new Exchange(request, stream, writer, secure), stream, writer);
            }
          } catch (IOException e) {
            writer.last(); // There is nobody to be told.
          } finally {
            finish(context, stream, writer);
          }
        });
  }

  /** Runs in the exchange's thread. */
  private void finish(ChannelHandlerContext context, RequestStream stream, ResponseWriter writer) {
    exchanges.end();
    try {
      context.executor().execute(() -> end(context, stream, writer));
    } catch (RejectedExecutionException e) {
      stream.release(); // The server has stopped.
    }
  }

  /** Runs in the exchange's thread. */
  private void handle(Exchange exchange, RequestStream stream, ResponseWriter writer)
      throws IOException {
    try {
      handler.handle(exchange);
    } catch (StalledClientException e) {
      writer.last();
      if (!writer.hasBegun()) {
        exchange.answer(408, Map.of());
      }
      throw e;
    }
    if (writer.canGoOn() && !stream.skip(SKIPPED)) {
      writer.last();
    }
  }

  private void end(ChannelHandlerContext context, RequestStream stream, ResponseWriter writer) {
    stream.release();
    if (!writer.canGoOn() || exchanges.isStopping()) {
      var _ = context.close();
      return;
    }
    busy = false;
    while (!ahead.isEmpty() && !(busy && body == null)) {
      channelRead(context, ahead.remove());
    }
    if (!busy) {
      context.read();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof IdleStateEvent && !busy) {
      var _ = context.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    exchanges.closed(context.channel());
    RequestStream receiving = body;
    if (receiving != null) {
      receiving.abort();
    }
    ahead.forEach(ReferenceCountUtil::release);
    ahead.clear();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    var _ = context.close();
  }
}
