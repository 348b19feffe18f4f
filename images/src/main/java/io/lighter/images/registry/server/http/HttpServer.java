package io.lighter.images.registry.server.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.timeout.IdleStateHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Listens at one address until it is closed. */
public final class HttpServer implements AutoCloseable {
  /** Tokens are long. */
  private static final int MAX_HEADERS = 64 * 1024;

  private static final int MAX_LINE = 8 * 1024;
  private static final int IDLE_SECONDS = 120;

  private final EventLoopGroup loops;
  private final ExecutorService threads;
  private final Exchanges exchanges = new Exchanges();
  private final Channel listener;

  private HttpServer(
      InetSocketAddress address, @Nullable SslContext tls, Duration patience, HttpHandler handler)
      throws IOException {
    boolean epoll = Epoll.isAvailable();
    loops =
        new MultiThreadIoEventLoopGroup(
            epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    threads = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("registry-", 0).factory());
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops)
            .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, 1024)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.AUTO_READ, false)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    if (tls != null) {
                      channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                    }
                    channel
                        .pipeline()
                        .addLast(new IdleStateHandler(IDLE_SECONDS, 0, 0))
                        .addLast(codec())
                        .addLast(
                            new Connection(handler, threads, patience, tls != null, exchanges));
                  }
                });
    ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      shutDown();
      throw new IOException(
          "cannot listen at %s: %s".formatted(address, bound.cause().getMessage()), bound.cause());
    }
    listener = bound.channel();
  }

  private static HttpServerCodec codec() {
    return new HttpServerCodec(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(MAX_LINE)
            .setMaxHeaderSize(MAX_HEADERS)
            .setMaxChunkSize(64 * 1024));
  }

  /**
   * Begins to listen.
   *
   * @param tls null for plain HTTP
   * @param patience with a client that neither sends nor takes anything
   * @throws IOException when the address cannot be had; names it
   */
  public static HttpServer start(
      InetSocketAddress address, @Nullable SslContext tls, Duration patience, HttpHandler handler)
      throws IOException {
    return new HttpServer(address, tls, patience, handler);
  }

  /** Where it listens, with the port that the system has chosen when 0 was asked for. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  /**
   * Listens no more, and waits for what is going on.
   *
   * @param grace how long, before it is broken off
   */
  public void stop(Duration grace) {
    listener.close().awaitUninterruptibly();
    exchanges.stop(grace);
    shutDown();
  }

  @Override
  public void close() {
    stop(Duration.ZERO);
  }

  private void shutDown() {
    threads.shutdownNow();
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    threads.close();
  }
}
