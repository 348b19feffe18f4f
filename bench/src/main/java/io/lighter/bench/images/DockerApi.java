package io.lighter.bench.images;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.Name;
import io.lighter.overlay.archive.ArchiveOptions;
import io.lighter.overlay.archive.ArchiveWriter;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringEncoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** dockerd, asked over its socket without its client: the context goes as a tar archive. */
final class DockerApi implements RunningEngine {
  private static final int MOST = 1 << 20;
  private static final long SECONDS = 60;

  private final MultiThreadIoEventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Linux linux = Linux.kernel();
  private final Path socket;

  DockerApi(Path socket) {
    this.socket = socket;
  }

  @Override
  public void build(Path context, String image) throws IOException {
    QueryStringEncoder path = new QueryStringEncoder("/build");
    path.addParam("t", image);
    path.addParam("networkmode", "none");
    String said = post(path.toString(), tar(context));
    // A line for each step, and one more for each that was found.
    if (said.contains("\"errorDetail\"") || said.contains("Running in")) {
      throw new IOException("dockerd built anew, or not at all: " + said);
    }
  }

  private byte[] tar(Path context) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int flags = Fcntl.O_RDONLY | Fcntl.O_DIRECTORY;
    try (Fd folder = linux.files().openat(Fd.WORKING_FOLDER, context.toString(), flags, 0);
        ArchiveWriter writer = new ArchiveWriter(linux, ArchiveOptions.LAYER, bytes)) {
      writer.addTree(folder, Name.of(""));
      writer.finish();
    }
    return bytes.toByteArray();
  }

  private String post(String path, byte[] body) throws IOException {
    CompletableFuture<String> answer = new CompletableFuture<>();
    DefaultFullHttpRequest request =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1, HttpMethod.POST, path, Unpooled.wrappedBuffer(body));
    request.headers().set(HttpHeaderNames.HOST, "docker");
    request.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/x-tar");
    request.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.length);
    Channel channel =
        new Bootstrap()
            .group(loop)
            .channel(NioDomainSocketChannel.class)
            .handler(new Pipeline(answer))
            .connect(UnixDomainSocketAddress.of(socket))
            .syncUninterruptibly()
            .channel();
    try {
      var _ = channel.writeAndFlush(request);
      return answer.orTimeout(SECONDS, TimeUnit.SECONDS).join();
    } catch (CompletionException e) {
      throw new IOException("dockerd did not answer " + path, e.getCause());
    } finally {
      channel.close().syncUninterruptibly();
    }
  }

  @Override
  public void close() {
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private static final class Pipeline extends ChannelInitializer<Channel> {
    private final CompletableFuture<String> answer;

    Pipeline(CompletableFuture<String> answer) {
      this.answer = answer;
    }

    @Override
    protected void initChannel(Channel channel) {
      channel
          .pipeline()
          .addLast(new HttpClientCodec(), new HttpObjectAggregator(MOST), new Reader(answer));
    }
  }

  private static final class Reader extends SimpleChannelInboundHandler<FullHttpResponse> {
    private final CompletableFuture<String> answer;

    Reader(CompletableFuture<String> answer) {
      this.answer = answer;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpResponse response) {
      String text = response.content().toString(StandardCharsets.UTF_8);
      if (response.status().code() == 200) {
        answer.complete(text);
      } else {
        answer.completeExceptionally(new IOException(response.status() + ": " + text));
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      answer.completeExceptionally(cause);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      answer.completeExceptionally(new IOException("it closed the connection"));
    }
  }
}
