package io.lighter.runtime.logs.driver;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.UnaryOperator;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * A receiver by TLS that takes one connection. Its certificate is for the name localhost and signs
 * itself, and the same may be the client's.
 */
final class TlsPeer implements AutoCloseable {
  private static final char[] PASSWORD = "password".toCharArray();

  private final KeyStore keys;
  private final SSLServerSocket server;
  private final Thread thread;
  private final UnaryOperator<byte[]> answer;
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();

  /**
   * Begins to listen.
   *
   * @param folder where the key is, or is made
   * @param wantsClient whether the client must show the same certificate
   */
  TlsPeer(Path folder, String protocol, boolean wantsClient, UnaryOperator<byte[]> answer)
      throws Exception {
    this.answer = answer;
    keys = makeKeys(folder);
    server =
        (SSLServerSocket)
            context()
                .getServerSocketFactory()
                .createServerSocket(0, 1, InetAddress.getLoopbackAddress());
    server.setEnabledProtocols(new String[] {protocol});
    server.setNeedClientAuth(wantsClient);
    thread = Thread.ofPlatform().daemon().name("tls-peer").start(this::run);
  }

  private static KeyStore makeKeys(Path folder) throws Exception {
    Path store = folder.resolve("keys.p12");
    if (!Files.exists(store)) {
      runKeytool(store);
    }
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    return keys;
  }

  private static void runKeytool(Path store) throws Exception {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "peer",
                "-keyalg",
                "RSA",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                "password")
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (keytool.waitFor() != 0) {
      throw new IOException(said);
    }
  }

  /** Returns what trusts this peer, and shows its certificate. */
  SSLContext context() throws GeneralSecurityException {
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(keys, PASSWORD);
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    try {
      trusted.load(null, PASSWORD);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    trusted.setCertificateEntry("peer", keys.getCertificate("peer"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  /** Writes the certificate as PEM. */
  Path certificate(Path to) throws Exception {
    return pem(to, "CERTIFICATE", keys.getCertificate("peer").getEncoded());
  }

  /** Writes the private key as PEM of PKCS #8. */
  Path key(Path to) throws Exception {
    return pem(to, "PRIVATE KEY", keys.getKey("peer", PASSWORD).getEncoded());
  }

  private static Path pem(Path to, String kind, byte[] der) throws IOException {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return Files.writeString(
        to, "-----BEGIN " + kind + "-----\n" + base64 + "\n-----END " + kind + "-----\n");
  }

  int port() {
    return server.getLocalPort();
  }

  /** Closes itself when the client has, so that no thread has to be woken up. */
  private void run() {
    try (server;
        SSLSocket connection = (SSLSocket) server.accept()) {
      InputStream in = connection.getInputStream();
      OutputStream out = connection.getOutputStream();
      byte[] buffer = new byte[64 * 1024];
      int read = in.read(buffer);
      while (read >= 0) {
        byte[] bytes = Arrays.copyOf(buffer, read);
        synchronized (this) {
          received.write(bytes);
        }
        out.write(answer.apply(bytes));
        out.flush();
        read = in.read(buffer);
      }
    } catch (IOException e) {
      return; // the client has refused the certificate, or gone
    }
  }

  synchronized String text() {
    return received.toString(StandardCharsets.UTF_8);
  }

  /** Waits until the client has gone. */
  @Override
  public void close() {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
