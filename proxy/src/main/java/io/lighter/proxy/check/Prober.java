package io.lighter.proxy.check;

import io.lighter.proxy.service.HealthCheck;
import io.lighter.proxy.service.IpText;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Asks one endpoint once. Thread-safe; each call keeps its thread until the answer or the end. */
final class Prober {
  /** The first line of an answer; the kernel's loopback hands it over whole, others may not. */
  private static final int STATUS_LINE_BYTES = 512;

  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([0-9]{3})[ \r\n]");

  private final ScheduledExecutorService timer;

  /**
   * @param timer closes what takes too long
   */
  Prober(ScheduledExecutorService timer) {
    this.timer = timer;
  }

  /** Returns null when the endpoint works, or what is wrong. */
  @Nullable String ask(SocketAddress endpoint, HealthCheck check) throws InterruptedException {
    Duration timeout = check.timeout();
    return switch (check.probe()) {
      case HealthCheck.Command command -> CommandProbe.run(command, endpoint, timeout);
      case HealthCheck.Http http -> overSocket(endpoint, http, timeout);
      case HealthCheck.Connect connect -> overSocket(endpoint, null, timeout);
    };
  }

  private @Nullable String overSocket(
      SocketAddress endpoint, HealthCheck.@Nullable Http http, Duration timeout) {
    try (SocketChannel socket = open(endpoint)) {
      ScheduledFuture<?> end =
          timer.schedule(() -> close(socket), timeout.toNanos(), TimeUnit.NANOSECONDS);
      try {
        socket.connect(endpoint);
        return http == null ? null : request(socket, endpoint, http);
      } finally {
        end.cancel(false);
      }
    } catch (ClosedChannelException e) {
      return "no answer within " + timeout.toMillis() + " ms";
    } catch (IOException e) {
      return e.getMessage() == null ? e.toString() : e.getMessage();
    }
  }

  private static SocketChannel open(SocketAddress endpoint) throws IOException {
    return endpoint instanceof UnixDomainSocketAddress
        ? SocketChannel.open(StandardProtocolFamily.UNIX)
        : SocketChannel.open();
  }

  private static void close(SocketChannel socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is closed all the same.
    }
  }

  private static @Nullable String request(
      SocketChannel socket, SocketAddress endpoint, HealthCheck.Http http) throws IOException {
    String request =
        "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: lighter-proxy\r\nConnection: close\r\n\r\n"
            .formatted(http.path(), http.host().isEmpty() ? host(endpoint) : http.host());
    ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII));
    while (bytes.hasRemaining()) {
      socket.write(bytes);
    }
    ByteBuffer answer = ByteBuffer.allocate(STATUS_LINE_BYTES);
    while (answer.hasRemaining() && !hasLine(answer) && socket.read(answer) >= 0) {}
    String line = new String(answer.array(), 0, answer.position(), StandardCharsets.ISO_8859_1);
    Matcher status = STATUS.matcher(line);
    if (!status.lookingAt()) {
      return "it does not answer in HTTP";
    }
    int code = Integer.parseInt(status.group(1));
    return code >= 200 && code < 400 ? null : "it answers " + code;
  }

  private static boolean hasLine(ByteBuffer answer) {
    int last = answer.position() - 1;
    while (last >= 0 && answer.get(last) != '\n') {
      last--;
    }
    return last >= 0;
  }

  private static String host(SocketAddress endpoint) {
    return endpoint instanceof InetSocketAddress inet ? IpText.of(inet) : "localhost";
  }
}
