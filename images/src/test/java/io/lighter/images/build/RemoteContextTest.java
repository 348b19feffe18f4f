package io.lighter.images.build;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.lighter.images.fixture.TarBytes;
import io.lighter.images.fixture.TestImages;
import io.lighter.images.fixture.Tool;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Contexts that are elsewhere: repositories and files, on loopback. */
@RequiresRoot
@RequiresTool("busybox")
@RequiresTool("git")
class RemoteContextTest {
  private static final Path DAEMON = Path.of("/usr/lib/git-core/git-daemon");

  @TempDir Path folder;
  private BuildFixture fixture;
  private Path repositories;

  @BeforeEach
  void open() throws Exception {
    fixture = new BuildFixture(folder);
    repositories = Files.createDirectories(folder.resolve("repositories"));
    Path library = repository("library.git");
    commit(library, "lib", "of the library");
    Path app = repository("app.git");
    commit(app, "Dockerfile", "FROM scratch\nCOPY . /\n");
    commit(app, ".dockerignore", "ignored\n");
    commit(app, "ignored", "x");
    commit(app, "sub/Dockerfile", "FROM scratch\nCOPY . /below/\n");
    git(app, "tag", "v1");
    git(app, "checkout", "-qb", "side");
    commit(app, "side", "of the side");
    git(app, "checkout", "-q", "main");
    commit(app, "main", "of main");
  }

  private Path repository(String name) throws Exception {
    Path path = Files.createDirectories(repositories.resolve(name));
    git(path, "init", "-q", "-b", "main");
    Files.writeString(path.resolve(".git/git-daemon-export-ok"), "");
    return path;
  }

  private void commit(Path repository, String file, String content) throws Exception {
    Path path = repository.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, content);
    git(repository, "add", "-A");
    git(repository, "commit", "-qm", file);
  }

  private String git(Path where, String... arguments) throws Exception {
    List<String> command =
        new java.util.ArrayList<>(List.of("git", "-c", "user.name=t", "-c", "user.email=t@t"));
    command.addAll(List.of(arguments));
    return Tool.run(where, command.toArray(String[]::new));
  }

  private Path export(BuildContext context, String out) throws IOException {
    Path target = folder.resolve(out);
    BuildRequest request = BuildRequest.of(context, new DockerfileSource.InContext("Dockerfile"));
    fixture.builder().build(request, List.of(new FolderOutput(target)), fixture.progress);
    return target;
  }

  private BuildContext at(String what) {
    return new BuildContext.Git("file://" + repositories + "/app.git" + what, false);
  }

  @Test
  void shouldBuildARepository() throws IOException {
    Path out = export(at(""), "out");
    assertThat(out.resolve("main")).hasContent("of main");
    assertThat(out.resolve("ignored")).doesNotExist();
    assertThat(out.resolve(".git")).doesNotExist();
    assertThat(fixture.progress.events.getFirst()).isEqualTo("started fetching the build context");
    BuildContext.Git whole = new BuildContext.Git("file://" + repositories + "/app.git", true);
    assertThat(export(whole, "whole").resolve(".git/HEAD")).exists();
  }

  @ParameterizedTest
  @ValueSource(strings = {"#side", "?branch=side", "?ref=side", "?ref=refs/heads/side#side"})
  void shouldTakeABranch(String what) throws IOException {
    if (what.endsWith("#side") && what.startsWith("?")) {
      assertThatThrownBy(() -> export(at(what), "out")).hasMessageContaining("names two of a ref");
      return;
    }
    Path out = export(at(what), "out");
    assertThat(out.resolve("side")).hasContent("of the side");
    assertThat(out.resolve("main")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"#v1:sub", "?tag=v1&subdir=sub", "?tag=refs/tags/v1#:sub"})
  void shouldTakeAFolderOfATag(String what) throws IOException {
    Path out = export(at(what), "out");
    assertThat(out.resolve("below/Dockerfile")).exists();
    assertThat(out.toFile().list()).containsExactly("below");
  }

  @Test
  void shouldTakeACommit() throws Exception {
    String commit = git(repositories.resolve("app.git"), "rev-parse", "v1").strip();
    assertThat(export(at("#" + commit), "one").resolve("main")).doesNotExist();
    assertThat(export(at("#" + commit.substring(0, 9)), "two").resolve("main")).doesNotExist();
    assertThat(export(at("?tag=v1&checksum=" + commit), "three").resolve("sub")).exists();
    assertThat(export(at("?commit=" + commit), "four").resolve("sub")).exists();
    assertThatThrownBy(() -> export(at("?branch=side&checksum=" + commit), "five"))
        .hasMessageContaining("is at the commit")
        .hasMessageContaining("not " + commit);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "?brunch=x      | a repository has no brunch (did you mean branch?)",
        "?branch=       | branch has no value",
        "?ref=a&ref=b   | ref is there twice",
        "?checksum=main | is no digest of git",
        "?submodules=x  | x is neither true nor false",
        "#none          | failed with 128",
        "#main:none     | the repository has no folder none",
        "#side:sub/none | the repository has no folder sub/none",
      })
  void shouldTellWhatIsWrongWithAnAddress(String what, String problem) {
    assertThatThrownBy(() -> export(at(what), "out")).hasMessageContaining(problem);
    assertThat(fixture.progress.events).contains("FAILED fetching the build context");
  }

  @ParameterizedTest
  @CsvSource({
    "git@host.x:a/b.git,true",
    "me@host:a,true",
    "ssh://git@host/a.git,true",
    "git://host/a,true",
    "https://host/a.git,true",
    "https://host/a.git?tag=v1,true",
    "https://host/a.git#v1:b,true",
    "github.com/a/b,true",
    "https://host/a.tar.gz,false",
    "https://host/a.gitx,false",
    "./github.com/a,false",
    "folder,false",
  })
  void shouldKnowAddresses(String text, boolean is) {
    assertThat(BuildContext.Git.isAddress(text)).isEqualTo(is);
  }

  @Test
  void shouldNotTellPasswords() {
    assertThatThrownBy(
            () -> export(new BuildContext.Git("http://me:secret@127.0.0.1:1/x.git", false), "out"))
        .hasMessageContaining("http://127.0.0.1:1/x.git")
        .message()
        .doesNotContain("secret");
  }

  @Test
  void shouldFetchSubmodulesFromAServer() throws Exception {
    assertThat(DAEMON).exists();
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Process daemon =
        new ProcessBuilder(
                DAEMON.toString(),
                "--reuseaddr",
                "--listen=127.0.0.1",
                "--port=" + port,
                "--base-path=" + repositories)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("daemon.log").toFile())
            .start();
    try {
      await().until(() -> answers(port));
      Path app = repositories.resolve("app.git");
      git(app, "submodule", "-q", "add", "git://127.0.0.1:" + port + "/library.git", "lib/inner");
      git(app, "commit", "-qm", "submodule");
      String url = "git://127.0.0.1:" + port + "/app.git";
      Path out = export(new BuildContext.Git(url, false), "out");
      assertThat(out.resolve("lib/inner/lib")).hasContent("of the library");
      assertThat(out.resolve("lib/inner/.git")).doesNotExist();
      Path without = export(new BuildContext.Git(url + "?submodules=false", false), "without");
      assertThat(without.resolve("lib/inner/lib")).doesNotExist();
    } finally {
      daemon.destroy();
      daemon.onExit().join();
    }
  }

  private static boolean answers(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void shouldFetchArchivesAndDockerfiles() throws IOException {
    byte[] tar =
        new TarBytes()
            .file("Dockerfile", "FROM scratch\nCOPY a /got\n")
            .file("a", "of the archive")
            .bytes();
    Map<String, byte[]> pages = new ConcurrentHashMap<>();
    pages.put("/context.tgz", TestImages.gzip(tar));
    pages.put("/context", tar);
    pages.put("/one", "FROM busybox\nCOPY context /got\nRUN echo ran > /ran\n".getBytes(UTF_8));
    pages.put("/wrong", "FROM busybox\nRUNN x\n".getBytes(UTF_8));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] page = pages.get(exchange.getRequestURI().getPath());
          exchange.sendResponseHeaders(page == null ? 404 : 200, page == null ? -1 : page.length);
          if (page != null) {
            exchange.getResponseBody().write(page);
          }
          exchange.close();
        });
    server.start();
    String url = "http://127.0.0.1:" + server.getAddress().getPort();
    try {
      assertThat(export(new BuildContext.Web(url + "/context.tgz"), "one").resolve("got"))
          .hasContent("of the archive");
      assertThat(export(new BuildContext.Web(url + "/context"), "two").resolve("got"))
          .hasContent("of the archive");
      Path out = export(new BuildContext.Web(url + "/one"), "three");
      assertThat(out.resolve("got")).content().startsWith("FROM busybox");
      assertThat(out.resolve("ran")).hasContent("ran");
      assertThatThrownBy(() -> export(new BuildContext.Web(url + "/wrong"), "four"))
          .hasMessageContaining("there is no instruction RUNN");
      assertThatThrownBy(() -> export(new BuildContext.Web(url + "/none"), "five"))
          .hasMessageContaining("the server answers 404");
    } finally {
      server.stop(0);
    }
  }
}
