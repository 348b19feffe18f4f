package io.lighter.images.registry.client;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Sends one request and waits for the head of its answer, but not for ever. */
final class Transport implements AutoCloseable {
  private static final String USER_AGENT = "lighter/0.1";

  private final ClientOptions options;
  private final TlsContexts tls;
  private final Map<TlsContexts.Choice, HttpClient> clients = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  Transport(ClientOptions options) {
    this.options = options;
    this.tls = new TlsContexts(options);
  }

  /**
   * Sends a request, once and without following redirects.
   *
   * @param authorization header, or null
   */
  Response send(Request request, @Nullable String authorization) throws IOException {
    URI uri = request.uri();
    HttpRequest.Builder http =
        HttpRequest.newBuilder(uri).method(request.method(), request.body().publisher());
    http.setHeader("User-Agent", USER_AGENT);
    request.headers().forEach(http::setHeader);
    if (authorization != null) {
      http.setHeader("Authorization", authorization);
    }
    CompletableFuture<HttpResponse<BodyStream>> answer =
        client(uri).sendAsync(http.build(), head -> new BodyStream(options.timeouts().idle()));
    return new Response(await(answer, request.body()));
  }

  private HttpClient client(URI uri) throws IOException {
    TlsContexts.Choice choice = tls.choose(uri);
    HttpClient known = clients.get(choice);
    if (known != null) {
      return known;
    }
    synchronized (clients) {
      HttpClient client = clients.get(choice);
      if (client == null) {
        HttpClient.Builder builder =
            HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(options.timeouts().connect())
                .proxy(EnvironmentProxies.of(System.getenv()))
                .executor(threads);
        if (!choice.isPlain()) {
          builder.sslContext(tls.context(choice));
        }
        client = builder.build();
        clients.put(choice, client);
      }
      return client;
    }
  }

  private HttpResponse<BodyStream> await(
      CompletableFuture<HttpResponse<BodyStream>> answer, RequestBody body) throws IOException {
    long started = System.nanoTime();
    while (true) {
      long limit =
          body.isSent()
              ? Math.max(options.timeouts().response().toNanos(), 1)
              : Math.max(options.timeouts().idle().toNanos(), 1);
      long last = Math.max(started, body.moved());
      long left = last + limit - System.nanoTime();
      if (left <= 0) {
        answer.cancel(true);
        throw new HttpTimeoutException(
            "no answer within " + TimeUnit.NANOSECONDS.toMillis(limit) + " ms");
      }
      try {
        return answer.get(left, TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        // It may have moved meanwhile.
      } catch (InterruptedException e) {
        answer.cancel(true);
        Thread.currentThread().interrupt();
        throw (IOException) new InterruptedIOException("interrupted").initCause(e);
      } catch (ExecutionException e) {
        throw ioException(e.getCause());
      }
    }
  }

  private static IOException ioException(@Nullable Throwable cause) {
    return cause instanceof IOException io
        ? io
        : new IOException(cause == null ? "the request failed" : cause.toString(), cause);
  }

  @Override
  public void close() {
    clients.values().forEach(HttpClient::shutdownNow);
    clients.values().forEach(HttpClient::close);
    threads.shutdownNow();
    threads.close();
  }
}
