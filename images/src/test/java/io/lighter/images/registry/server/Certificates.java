package io.lighter.images.registry.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** An authority, and certificates that it has signed: by openssl, in its several formats. */
final class Certificates {
  private final Path folder;

  Certificates(Path folder) throws IOException, InterruptedException {
    this.folder = Files.createDirectories(folder);
    openssl(
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        "ca.key",
        "-out",
        "ca.crt",
        "-days",
        "2",
        "-subj",
        "/CN=authority");
    openssl("genrsa", "-traditional", "-out", "server.key", "2048");
    sign("server", "subjectAltName=IP:127.0.0.1,DNS:localhost");
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "client.key");
    sign("client", "extendedKeyUsage=clientAuth");
  }

  Path file(String name) {
    return folder.resolve(name);
  }

  private void sign(String name, String extension) throws IOException, InterruptedException {
    Files.writeString(folder.resolve(name + ".ext"), extension + "\n");
    openssl("req", "-new", "-key", name + ".key", "-out", name + ".csr", "-subj", "/CN=" + name);
    openssl(
        "x509",
        "-req",
        "-in",
        name + ".csr",
        "-CA",
        "ca.crt",
        "-CAkey",
        "ca.key",
        "-CAcreateserial",
        "-days",
        "2",
        "-extfile",
        name + ".ext",
        "-out",
        name + ".crt");
  }

  private void openssl(String... arguments) throws IOException, InterruptedException {
    String[] command = new String[arguments.length + 1];
    command[0] = "openssl";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  /** Makes a folder as in certs.d, with the authority, and with the client's certificate. */
  Path certsFolder(String domain) throws IOException {
    Path certs = folder.resolve("certs.d");
    Path own = Files.createDirectories(certs.resolve(domain));
    Files.copy(file("ca.crt"), own.resolve("ca.crt"));
    Files.copy(file("client.crt"), own.resolve("client.cert"));
    Files.copy(file("client.key"), own.resolve("client.key"));
    return certs;
  }
}
