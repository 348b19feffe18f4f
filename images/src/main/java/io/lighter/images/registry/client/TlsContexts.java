package io.lighter.images.registry.client;

import io.lighter.images.registry.PemFiles;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Whom to trust and what to show, for each registry: the host's certificates, and those of the
 * registry's folder in {@code certs.d}.
 *
 * @see <a href="https://docs.docker.com/engine/security/certificates/">certs.d</a>
 */
final class TlsContexts {
  /** Where distributions keep the certificates that all programs trust: Debian, Fedora, SUSE. */
  private static final List<Path> SYSTEM_ROOTS =
      List.of(
          Path.of("/etc/ssl/certs/ca-certificates.crt"),
          Path.of("/etc/pki/tls/certs/ca-bundle.crt"),
          Path.of("/etc/ssl/ca-bundle.pem"),
          Path.of("/etc/ssl/cert.pem"));

  private static final char[] NO_PASSWORD = new char[0];

  private final ClientOptions options;

  TlsContexts(ClientOptions options) {
    this.options = options;
  }

  /**
   * What decides over the context of a host.
   *
   * @param isPlain no TLS at all
   * @param isUnchecked any certificate will do
   * @param folder of the host's certificates, or null
   */
  record Choice(boolean isPlain, boolean isUnchecked, @Nullable Path folder) {}

  Choice choose(URI uri) {
    if ("http".equals(uri.getScheme())) {
      return new Choice(true, false, null);
    }
    String host = uri.getAuthority();
    boolean unchecked = options.insecure().contains(host) || LoopbackHosts.contains(uri.getHost());
    return new Choice(false, unchecked, folder(host));
  }

  private @Nullable Path folder(String host) {
    for (Path folder : options.certificateFolders()) {
      Path own = folder.resolve(host);
      if (Files.isDirectory(own)) {
        return own;
      }
    }
    return null;
  }

  /**
   * Makes the context.
   *
   * @throws IOException when a certificate cannot be used; names the file
   */
  SSLContext context(Choice choice) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      Path folder = choice.folder;
      KeyManagerFactory keys = folder == null ? null : keys(folder);
      // Who has put certificates into a folder wants them checked, be it for a loopback address.
      boolean unchecked = choice.isUnchecked && (folder == null || files(folder, ".crt").isEmpty());
      context.init(
          keys == null ? null : keys.getKeyManagers(),
          unchecked ? new TrustManager[] {new TrustAll()} : trust(folder),
          null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("TLS cannot be set up: " + e.getMessage(), e);
    }
  }

  private static TrustManager[] trust(@Nullable Path folder)
      throws IOException, GeneralSecurityException {
    KeyStore store = emptyStore();
    int number = 0;
    for (X509Certificate root : systemRoots()) {
      store.setCertificateEntry("root-" + number++, root);
    }
    if (folder != null) {
      for (Path file : files(folder, ".crt")) {
        for (X509Certificate root : PemFiles.certificates(file)) {
          store.setCertificateEntry("own-" + number++, root);
        }
      }
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static List<X509Certificate> systemRoots() throws IOException, GeneralSecurityException {
    String named = System.getenv("SSL_CERT_FILE");
    if (named != null && !named.isEmpty()) {
      return PemFiles.certificates(Path.of(named));
    }
    for (Path file : SYSTEM_ROOTS) {
      if (Files.isReadable(file)) {
        return PemFiles.certificates(file);
      }
    }
    TrustManagerFactory java =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    java.init((KeyStore) null);
    List<X509Certificate> roots = new ArrayList<>();
    for (TrustManager manager : java.getTrustManagers()) {
      if (manager instanceof X509ExtendedTrustManager x509) {
        roots.addAll(List.of(x509.getAcceptedIssuers()));
      }
    }
    return roots;
  }

  private static @Nullable KeyManagerFactory keys(Path folder)
      throws IOException, GeneralSecurityException {
    List<Path> certificates = files(folder, ".cert");
    if (certificates.isEmpty()) {
      return null;
    }
    KeyStore store = emptyStore();
    for (Path certificate : certificates) {
      String name = certificate.getFileName().toString().replaceFirst("\\.cert$", ".key");
      Path key = folder.resolve(name);
      if (!Files.exists(key)) {
        throw new IOException("the certificate " + certificate + " has no key: put it at " + key);
      }
      store.setKeyEntry(
          name,
          PemFiles.privateKey(key),
          NO_PASSWORD,
          PemFiles.certificates(certificate).toArray(X509Certificate[]::new));
    }
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NO_PASSWORD);
    return factory;
  }

  private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static List<Path> files(Path folder, String suffix) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    }
  }

  /** Takes any certificate for any name. The JDK checks the name only where this class would. */
  @SuppressWarnings("CustomX509TrustManager") // what "insecure" asks for
  private static final class TrustAll extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
