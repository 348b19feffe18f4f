package io.lighter.images.build;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.lighter.images.Digest;
import io.lighter.images.fixture.TarBytes;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ADD of what is elsewhere, on loopback. */
@RequiresRoot
@RequiresTool("busybox")
class FetchTest {
  @TempDir Path folder;
  private final Map<String, byte[]> pages = new ConcurrentHashMap<>();
  private HttpServer server;
  private String url;
  private BuildFixture fixture;

  @BeforeEach
  void open() throws IOException {
    fixture = new BuildFixture(folder);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          byte[] page = pages.get(path);
          if (path.equals("/moved")) {
            exchange.getResponseHeaders().add("Location", "/file");
            exchange.sendResponseHeaders(302, -1);
          } else if (page == null) {
            exchange.sendResponseHeaders(404, -1);
          } else {
            exchange.getResponseHeaders().add("Last-Modified", "Sun, 09 Sep 2001 01:46:40 GMT");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
          }
          exchange.close();
        });
    server.start();
    url = "http://127.0.0.1:" + server.getAddress().getPort();
    pages.put("/file", "fetched".getBytes(UTF_8));
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private Path add(String text) throws IOException {
    return fixture.export("FROM scratch\nADD " + text + "\n", folder.resolve("out"));
  }

  @Test
  void shouldFetchFiles() throws IOException {
    Path out = add(url + "/file " + url + "/moved /d/");
    assertThat(out.resolve("d/file")).hasContent("fetched");
    assertThat(out.resolve("d/moved")).hasContent("fetched");
    assertThat(Files.getAttribute(out.resolve("d/file"), "unix:mode")).isEqualTo(0100600);
    assertThat(Files.getLastModifiedTime(out.resolve("d/file")).toInstant())
        .isEqualTo(Instant.ofEpochSecond(1_000_000_000));
    add(url + "/file /d/");
    add(url + "/file /d/");
    assertThat(fixture.progress.done()).isEmpty();
    pages.put("/file", "other".getBytes(UTF_8));
    add(url + "/file /d/");
    assertThat(fixture.progress.done()).hasSize(1);
  }

  @Test
  void shouldCheckWhatComes() throws IOException {
    Digest digest = Digest.of("fetched".getBytes(UTF_8));
    assertThat(add("--checksum=" + digest + " " + url + "/file /x").resolve("x")).exists();
    assertThatThrownBy(() -> add("--checksum=sha256:" + "0".repeat(64) + " " + url + "/file /x"))
        .hasMessageContaining("has the digest " + digest + ", not sha256:000");
    assertThatThrownBy(() -> add(url + "/nothing /x"))
        .hasMessageContaining("/nothing: the server answers 404");
    assertThatThrownBy(() -> add("http://127.0.0.1:1/x /x"))
        .hasMessageContaining("http://127.0.0.1:1/x cannot be fetched");
    assertThatThrownBy(() -> add(url + "/ /x/")).hasMessageContaining("names no file");
    assertThatThrownBy(() -> add("--checksum=sha256:00 Dockerfile /x"))
        .hasMessageContaining("Dockerfile is local");
  }

  @Test
  void shouldUnpackWhatIsFetchedOnlyWhenAsked() throws IOException {
    pages.put("/t.tar", new TarBytes().file("in", "side").bytes());
    assertThat(add(url + "/t.tar /a/").resolve("a/t.tar")).exists();
    assertThat(add("--unpack=true " + url + "/t.tar /b/").resolve("b/in")).hasContent("side");
  }

  @Test
  @RequiresTool("git")
  void shouldCheckRepositoriesOut() throws Exception {
    Path repository = folder.resolve("repo.git");
    git(folder, "init", "-q", "repo.git");
    Files.createDirectories(repository.resolve("sub"));
    Files.writeString(repository.resolve("sub/x"), "of git");
    Files.writeString(repository.resolve("top"), "top");
    git(repository, "add", "-A");
    git(repository, "-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "one");
    git(repository, "tag", "v1");
    String source = "file://" + repository;
    Path out = add(source + "#v1 /r");
    assertThat(out.resolve("r/sub/x")).hasContent("of git");
    assertThat(out.resolve("r/.git")).doesNotExist();
    assertThat(add("--keep-git-dir=true " + source + " /k").resolve("k/.git")).exists();
    Path sub = add(source + "#:sub /s");
    assertThat(sub.resolve("s/x")).hasContent("of git");
    assertThat(sub.resolve("s/top")).doesNotExist();
    assertThatThrownBy(() -> add(source + "#nothing /r")).hasMessageContaining("git fetch");
    assertThatThrownBy(() -> add("--checksum=1234567 " + source + " /r"))
        .hasMessageContaining("not 1234567");
  }

  private static void git(Path where, String... arguments) throws Exception {
    java.util.List<String> command = new java.util.ArrayList<>(java.util.List.of("git"));
    command.addAll(java.util.List.of(arguments));
    Process process = new ProcessBuilder(command).directory(where.toFile()).inheritIO().start();
    assertThat(process.waitFor()).isZero();
  }
}
