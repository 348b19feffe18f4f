package io.lighter.images.build;

import io.lighter.images.Digest;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.Stat;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** Fetches a file by HTTP or HTTPS, with the time that the server tells for it. */
final class HttpDownload {
  private static final int NEW = Fcntl.O_WRONLY | Fcntl.O_CREAT | Fcntl.O_EXCL | Fcntl.O_NOFOLLOW;
  private static final int BUFFER = 128 * 1024;
  private static final Duration CONNECT = Duration.ofSeconds(30);

  private HttpDownload() {}

  /**
   * Fetches.
   *
   * @param digest of what must come, null for anything
   * @throws BuildException when the server refuses, or sends something else
   */
  static void fetch(String url, Linux linux, Fd folder, String name, @Nullable Digest digest)
      throws IOException {
    try (HttpClient client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(CONNECT)
            .build()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(url)).header("User-Agent", "lighter").build();
      HttpResponse<InputStream> response =
          client.send(request, HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = response.body()) {
        if (response.statusCode() != 200) {
          throw new BuildException(url + ": the server answers " + response.statusCode());
        }
        Digest come = write(body, linux, folder, name, digest);
        if (digest != null && !digest.equals(come)) {
          throw new BuildException(url + " has the digest " + come + ", not " + digest);
        }
      }
      setTime(linux, folder, name, response.headers().firstValue("Last-Modified").orElse(""));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("fetching " + url + " was interrupted", e);
    } catch (IllegalArgumentException e) {
      throw new BuildException(url + " is no address: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new BuildException(url + " cannot be fetched: " + e, e);
    }
  }

  private static Digest write(
      InputStream body, Linux linux, Fd folder, String name, @Nullable Digest digest)
      throws IOException {
    MessageDigest hash = digest == null ? Digest.newSha256() : digest.newMessageDigest();
    byte[] bytes = new byte[BUFFER];
    try (Arena arena = Arena.ofConfined();
        Fd file = linux.files().openat(folder, name, NEW, 0600)) {
      MemorySegment buffer = arena.allocate(BUFFER);
      for (int length = body.read(bytes); length >= 0; length = body.read(bytes)) {
        hash.update(bytes, 0, length);
        MemorySegment.copy(bytes, 0, buffer, ValueLayout.JAVA_BYTE, 0, length);
        MemorySegment rest = buffer.asSlice(0, length);
        while (rest.byteSize() > 0) {
          rest = rest.asSlice(linux.files().write(file, rest));
        }
      }
    }
    return digest == null ? Digest.ofSha256(hash.digest()) : digest.sameAlgorithm(hash.digest());
  }

  private static void setTime(Linux linux, Fd folder, String name, String modified) {
    try {
      long seconds =
          ZonedDateTime.parse(modified, DateTimeFormatter.RFC_1123_DATE_TIME).toEpochSecond();
      linux
          .files()
          .utimensat(folder, name, 0, Stat.UTIME_OMIT, seconds, 0, Fcntl.AT_SYMLINK_NOFOLLOW);
    } catch (DateTimeException e) {
      // The server tells none, and the time of fetching stays.
    }
  }
}
