package io.lighter.images.registry.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The proxies of {@code HTTP_PROXY}, {@code HTTPS_PROXY} and {@code NO_PROXY}, in capital or small
 * letters, as curl and Go's programs read them. The loopback addresses are never proxied.
 */
final class EnvironmentProxies extends ProxySelector {
  private final Map<String, String> environment;

  private EnvironmentProxies(Map<String, String> environment) {
    this.environment = environment;
  }

  static ProxySelector of(Map<String, String> environment) {
    return new EnvironmentProxies(environment);
  }

  @Override
  public List<Proxy> select(URI uri) {
    String host = uri.getHost();
    String proxy = variable(uri.getScheme() + "_proxy");
    if (host == null || proxy.isEmpty() || LoopbackHosts.contains(host) || isExcepted(host)) {
      return List.of(Proxy.NO_PROXY);
    }
    URI address = URI.create(proxy.contains("://") ? proxy : "http://" + proxy);
    String name = address.getHost();
    if (name == null || !"http".equals(address.getScheme())) {
      throw new IllegalArgumentException(
          "the proxy " + proxy + " must be of the form http://HOST:PORT");
    }
    int port = address.getPort() < 0 ? 80 : address.getPort();
    return List.of(new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(name, port)));
  }

  private boolean isExcepted(String host) {
    for (String entry : variable("no_proxy").split(",", -1)) {
      String name = entry.strip().replaceFirst(":\\d+$", "");
      String suffix = name.startsWith(".") ? name : "." + name;
      if (name.equals("*")
          || (!name.isEmpty() && ("." + host.toLowerCase(Locale.ROOT)).endsWith(suffix))) {
        return true;
      }
    }
    return false;
  }

  private String variable(String name) {
    String value = environment.get(name);
    return value != null ? value : environment.getOrDefault(name.toUpperCase(Locale.ROOT), "");
  }

  @Override
  public void connectFailed(
      @Nullable URI uri, @Nullable SocketAddress address, @Nullable IOException e) {
    // The request fails with the same error.
  }
}
