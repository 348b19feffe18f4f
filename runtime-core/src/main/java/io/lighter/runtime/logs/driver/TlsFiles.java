package io.lighter.runtime.logs.driver;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * TLS by the files that the options {@code PREFIX-tls-ca-cert}, {@code PREFIX-tls-cert} and {@code
 * PREFIX-tls-key} name, all of PEM. The authorities of the JDK are trusted besides, as Docker
 * trusts those of the system.
 */
final class TlsFiles {
  private static final char[] NO_PASSWORD = {};

  private final LogOptions options;
  private final String prefix;

  private TlsFiles(LogOptions options, String prefix) {
    this.options = options;
    this.prefix = prefix;
  }

  /**
   * Reads the files.
   *
   * @param trustsAll whether any certificate of the other side will do
   * @throws LogOptionException when one cannot be read or is not what it should be
   */
  static SSLContext context(LogOptions options, String prefix, boolean trustsAll) {
    TlsFiles files = new TlsFiles(options, prefix);
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          files.keys(),
          trustsAll ? new TrustManager[] {new TrustsAll()} : files.authorities(),
          null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new LogOptionException(prefix + "-tls options: " + e.getMessage(), e);
    }
  }

  private KeyManager @Nullable [] keys() throws GeneralSecurityException, IOException {
    String certOption = prefix + "-tls-cert";
    String keyOption = prefix + "-tls-key";
    if (options.text(certOption).isEmpty() && options.text(keyOption).isEmpty()) {
      return null;
    }
    if (options.text(certOption).isEmpty() || options.text(keyOption).isEmpty()) {
      throw new LogOptionException(
          "log opts '" + certOption + "' and '" + keyOption + "' go together: one is missing");
    }
    Certificate[] chain = certificates(certOption).toArray(new Certificate[0]);
    PrivateKey key = PrivateKeyFile.read(options, keyOption, chain[0].getPublicKey());
    KeyStore store = emptyStore();
    store.setKeyEntry("client", key, NO_PASSWORD, chain);
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  private TrustManager @Nullable [] authorities() throws GeneralSecurityException, IOException {
    String option = prefix + "-tls-ca-cert";
    if (options.text(option).isEmpty()) {
      return null;
    }
    KeyStore store = emptyStore();
    int count = 0;
    for (TrustManager manager : managers(null)) {
      if (manager instanceof X509TrustManager known) {
        for (X509Certificate authority : known.getAcceptedIssuers()) {
          store.setCertificateEntry("authority-" + count++, authority);
        }
      }
    }
    for (Certificate authority : certificates(option)) {
      store.setCertificateEntry("authority-" + count++, authority);
    }
    return managers(store);
  }

  private static TrustManager[] managers(@Nullable KeyStore store) throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    return store;
  }

  private Collection<? extends Certificate> certificates(String option)
      throws GeneralSecurityException {
    try {
      byte[] pem = Files.readAllBytes(Path.of(options.text(option)));
      var found =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem));
      if (!found.isEmpty()) {
        return found;
      }
    } catch (IOException e) {
      throw options.invalid(option, "a file that can be read", e);
    }
    throw options.invalid(option, "a PEM file of certificates", null);
  }

  /** What {@code tls-skip-verify} asks for. */
  private static final class TrustsAll extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
