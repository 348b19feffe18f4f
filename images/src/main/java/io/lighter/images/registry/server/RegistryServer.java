package io.lighter.images.registry.server;

import io.lighter.images.registry.PemFiles;
import io.lighter.images.registry.client.Registries;
import io.lighter.images.registry.server.access.AccessControl;
import io.lighter.images.registry.server.access.Accounts;
import io.lighter.images.registry.server.access.TokenSigner;
import io.lighter.images.registry.server.http.HttpServer;
import io.lighter.images.registry.server.storage.RegistryStore;
import io.lighter.images.store.Reclaimed;
import io.lighter.linux.Linux;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A registry that is served until it is closed. */
public final class RegistryServer implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(RegistryServer.class.getName());

  private final RegistryOptions options;
  private final RegistryStore store;
  private final InstantSource clock;
  private final Metrics metrics;
  private final @Nullable Registries origins;
  private final HttpServer http;
  private final ScheduledExecutorService collector;

  private RegistryServer(RegistryOptions options, RegistryStore store, InstantSource clock)
      throws IOException {
    this.options = options;
    this.store = store;
    this.clock = clock;
    this.metrics = new Metrics(this::uploads);
    RegistryOptions.Origin origin = options.mirror();
    Registries registries = origin == null ? null : Registries.open(origin.client());
    this.origins = registries;
    Mirror mirror =
        origin == null || registries == null
            ? null
            : new Mirror(registries.registry(origin.domain()), metrics, clock);
    try {
      Path htpasswd = options.htpasswd();
      AccessControl access =
          new AccessControl(
              htpasswd == null ? null : Accounts.of(htpasswd),
              options.rules(),
              TokenSigner.of(options.folder().resolve("token.key")));
      this.http =
          HttpServer.start(
              options.address(),
              tls(options.tls()),
              options.patience(),
              new RegistryService(store, access, options, metrics, mirror));
    } catch (IOException | RuntimeException e) {
      if (registries != null) {
        registries.close();
      }
      throw e;
    }
    this.collector =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("registry-collector").factory());
    long interval = options.collection().interval().toMillis();
    if (interval > 0) {
      var _ =
          collector.scheduleWithFixedDelay(
              this::collectQuietly, interval, interval, TimeUnit.MILLISECONDS);
    }
  }

  /**
   * Begins to serve.
   *
   * @throws IOException when the folder, the address or a file cannot be used; names it
   */
  public static RegistryServer start(Linux linux, RegistryOptions options) throws IOException {
    return start(linux, options, InstantSource.system());
  }

  /** One to whose mirror it is as late as somebody says. */
  static RegistryServer start(Linux linux, RegistryOptions options, InstantSource clock)
      throws IOException {
    RegistryStore store = RegistryStore.open(linux, options.folder());
    try {
      return new RegistryServer(options, store, clock);
    } catch (IOException | RuntimeException e) {
      store.close();
      throw e;
    }
  }

  private static @Nullable SslContext tls(RegistryOptions.@Nullable Tls files) throws IOException {
    if (files == null) {
      return null;
    }
    return SslContextBuilder.forServer(
            PemFiles.privateKey(files.key()),
            PemFiles.certificates(files.certificate()).toArray(X509Certificate[]::new))
        .build();
  }

  /** Where it listens, with the port that the system has chosen when 0 was asked for. */
  public InetSocketAddress address() {
    return http.address();
  }

  /** Removes what no manifest needs, or has expired in a mirror, while everything goes on. */
  public Reclaimed collectGarbage() throws IOException {
    RegistryOptions.Origin origin = options.mirror();
    Instant expiring = origin == null ? null : origin.expiring(clock.instant());
    if (expiring != null) {
      store.expire(expiring);
    }
    Reclaimed reclaimed =
        store.collectGarbage(options.collection().grace(), options.collection().abandoned());
    metrics.collected(reclaimed.bytes());
    return reclaimed;
  }

  private void collectQuietly() {
    try {
      Reclaimed reclaimed = collectGarbage();
      LOG.log(Level.DEBUG, "collected {0} bytes", reclaimed.bytes());
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.ERROR, "garbage cannot be collected", e);
    }
  }

  private double uploads() {
    try {
      return store.uploads().count();
    } catch (IOException e) {
      return Double.NaN;
    }
  }

  /**
   * Takes no more connections, and lets what is going on come to its end.
   *
   * @param grace how long
   */
  public void stop(Duration grace) throws IOException {
    collector.shutdown();
    http.stop(grace);
    Registries registries = origins;
    if (registries != null) {
      registries.close();
    }
    try {
      if (!collector.awaitTermination(1, TimeUnit.MINUTES)) {
        collector.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    store.close();
  }

  /** Breaks off whatever is going on; clients can go on with their uploads later. */
  @Override
  public void close() throws IOException {
    stop(Duration.ZERO);
  }
}
