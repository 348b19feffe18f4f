package io.lighter.cli.images;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.lighter.images.registry.server.RegistryOptions;
import io.lighter.images.registry.server.RegistryServer;
import io.lighter.linux.Linux;
import io.lighter.testing.RequiresRoot;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@RequiresRoot
class ImagesCommandTest {
  @TempDir Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private Path archive;

  @BeforeEach
  void makeArchive() throws Exception {
    Path root = Files.createDirectories(folder.resolve("root/etc"));
    Files.writeString(root.resolve("version"), "1");
    archive = folder.resolve("files.tar");
    Process tar =
        new ProcessBuilder("tar", "-C", folder + "/root", "-cf", archive.toString(), "etc").start();
    assertThat(tar.waitFor()).isZero();
  }

  private int run(InputStream in, String... arguments) {
    out.reset();
    err.reset();
    ImageSession session =
        new ImageSession(
            Linux.kernel(),
            folder,
            Map.of("LIGHTER_STATE", folder + "/state", "HOME", folder.toString()),
            in,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    return new ImagesCommand(session).run(arguments);
  }

  /** Runs what must succeed, and returns what it printed. */
  private String lighter(String... arguments) {
    int status = run(InputStream.nullInputStream(), arguments);
    assertThat(status).as(() -> err.toString(StandardCharsets.UTF_8)).isZero();
    return out.toString(StandardCharsets.UTF_8);
  }

  /** Runs what must fail, and returns what it complained of. */
  private String failing(String... arguments) {
    assertThat(run(InputStream.nullInputStream(), arguments)).isNotZero();
    return err.toString(StandardCharsets.UTF_8);
  }

  private String importAs(String name) {
    return lighter("import", "files.tar", name).strip();
  }

  @Test
  void shouldListAndInspectWhatWasImported() {
    String id =
        lighter(
                "import",
                "-c",
                "CMD [\"true\"]",
                "--change",
                "ENV A=b",
                "-m",
                "made here",
                "files.tar",
                "app:1")
            .strip();
    assertThat(id).matches("sha256:[0-9a-f]{64}");
    assertThat(lighter("images"))
        .containsPattern("REPOSITORY +TAG +IMAGE ID +CREATED +SIZE")
        .containsPattern("app +1 +" + id.substring(7, 19) + " +.* ago +1B");
    assertThat(lighter("images", "-q", "--no-trunc")).isEqualTo(id + "\n");
    assertThat(lighter("images", "--format", "{{.Repository}}:{{.Tag}}", "app"))
        .isEqualTo("app:1\n");
    assertThat(lighter("images", "--digests")).contains("DIGEST").contains("<none>");
    assertThat(lighter("inspect", "app:1")).contains("\"Cmd\"", "\"A=b\"", id, "\"app:1\"");
    assertThat(lighter("image", "inspect", "-f", "{{.Id}} {{json .Config.Cmd}}", "app:1"))
        .isEqualTo(id + " [\"true\"]\n");
    assertThat(lighter("history", "app:1")).contains("made here");
    assertThat(lighter("history", "-q", "--no-trunc", "app:1")).isEqualTo(id + "\n");
  }

  /** Docker Hub's old index, which answers in this form; nothing that Debian has serves it. */
  @Test
  void shouldSearchAnIndex() throws Exception {
    String answer =
        """
        {"num_results": 2, "query": "web", "results": [
          {"name": "web", "description": "Serves\\n pages, and says so at greater length than fits",
           "star_count": 120, "is_official": true, "is_automated": false},
          {"name": "me/web", "description": "", "star_count": 3, "is_official": false}]}
        """;
    List<String> queries = new ArrayList<>();
    HttpServer index =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    index.createContext(
        "/v1/search",
        exchange -> {
          queries.add(exchange.getRequestURI().getQuery());
          byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    index.start();
    try {
      String at = "127.0.0.1:" + index.getAddress().getPort();
      assertThat(lighter("search", "--limit", "7", at + "/web").lines())
          .hasSize(3)
          .satisfiesExactly(
              head -> assertThat(head).containsPattern("NAME +DESCRIPTION +STARS +OFFICIAL"),
              first -> assertThat(first).containsPattern("^web +Serves +pages, .*… +120 +\\[OK]"),
              second -> assertThat(second).containsPattern("^me/web +3"));
      assertThat(queries).containsExactly("q=web&n=7");
      assertThat(
              lighter(
                  "search",
                  "-f",
                  "stars=100",
                  "-f",
                  "is-official=true",
                  "--no-trunc",
                  "--format",
                  "{{.Name}}: {{.Description}}",
                  at + "/web"))
          .startsWith("web: ")
          .endsWith("greater length than fits\n");
      assertThat(failing("search", "-f", "colour=red", at + "/web")).contains("colour=red");
      index.removeContext("/v1/search");
      assertThat(failing("search", at + "/web")).contains("has no search");
    } finally {
      index.stop(0);
    }
  }

  @Test
  void shouldTagAndRemoveByDockersRules() {
    String id = importAs("app:1");
    lighter("tag", "app:1", "other/app:2");
    assertThat(lighter("rmi", "app:1")).isEqualTo("Untagged: app:1\n");
    lighter("tag", id.substring(7, 15), "app:3");
    assertThat(failing("rmi", id.substring(7, 19)))
        .contains("must be forced", "referenced in multiple repositories");
    assertThat(lighter("rmi", "-f", id))
        .contains("Untagged: app:3", "Untagged: other/app:2", "Deleted: " + id);
    assertThat(failing("rmi", "app:1")).contains("No such image: app:1");
    assertThat(lighter("rmi", "-f", "app:1")).isEmpty();
    assertThat(lighter("images", "-q")).isEmpty();
  }

  @Test
  void shouldSaveAndLoad() {
    String id = importAs("app:1");
    lighter("tag", "app:1", "app:2");
    lighter("save", "app", "-o", "saved.tar");
    lighter("save", "--compress", "zstd", "--output", "one.tar.zst", id);
    lighter("rmi", "-f", id);
    assertThat(lighter("load", "-i", "saved.tar"))
        .isEqualTo("Loaded image: app:1\nLoaded image: app:2\n");
    lighter("rmi", "-f", id);
    assertThat(lighter("load", "--input=one.tar.zst")).isEqualTo("Loaded image ID: " + id + "\n");
    assertThat(lighter("images", "-f", "dangling=true", "-q")).hasSize(13);
    assertThat(failing("save", "-o", "nowhere/x.tar", id)).contains("does not exist");
    assertThat(failing("load", "-i", "files.tar")).contains("import");
  }

  @Test
  void shouldPruneWhatHasNoName() {
    String first = importAs("app:1");
    lighter("import", "-m", "other", "files.tar", "app:1");
    assertThat(
            run(new ByteArrayInputStream("n\n".getBytes(StandardCharsets.UTF_8)), "image", "prune"))
        .isZero();
    assertThat(lighter("images", "-q")).hasLineCount(2);
    assertThat(lighter("image", "prune", "-f"))
        .contains("Deleted Images:", "deleted: " + first, "Total reclaimed space: ");
    assertThat(lighter("image", "prune", "-f")).isEqualTo("Total reclaimed space: 0B\n");
    assertThat(lighter("image", "prune", "-af")).contains("untagged: app:1");
    assertThat(lighter("images", "-q")).isEmpty();
  }

  @Test
  void shouldPruneWhatBuildsHaveKept() throws IOException {
    Path context = Files.createDirectories(folder.resolve("context"));
    Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCOPY Dockerfile /\n");
    ImageSession session =
        new ImageSession(
            Linux.kernel(),
            folder,
            Map.of("LIGHTER_STATE", folder + "/state", "HOME", folder.toString()),
            InputStream.nullInputStream(),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    String[] build = {"-q", "-t", "built:1", "context"};
    assertThat(new io.lighter.cli.build.BuildCommand(session).run(build)).isZero();
    assertThat(lighter("builder", "prune", "-f")).isEqualTo("Total:\t0B\n");
    lighter("rmi", "built:1");
    assertThat(lighter("builder", "prune", "-f", "--filter", "until=1h")).isEqualTo("Total:\t0B\n");
    assertThat(lighter("builder", "prune", "-f")).doesNotContain("\t0B");
    importAs("app:1");
    assertThat(lighter("system", "prune", "-af")).contains("Untagged: app:1", "Total reclaimed");
    assertThat(failing("system", "df")).contains("is not a command");
  }

  @Test
  void shouldPushAndPull() throws IOException {
    try (RegistryServer server =
        RegistryServer.start(
            Linux.kernel(),
            RegistryOptions.open(
                folder.resolve("registry"),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))) {
      String name = "127.0.0.1:" + server.address().getPort() + "/team/app";
      String id = importAs(name + ":1");
      assertThat(lighter("push", name + ":1"))
          .contains("The push refers to repository [" + name + "]", "Pushed")
          .containsPattern("1: digest: sha256:[0-9a-f]{64} size: \\d+");
      assertThat(lighter("images", "--digests")).contains("sha256:");
      lighter("rmi", name + ":1");
      assertThat(lighter("images", "-q")).isEmpty();
      assertThat(lighter("pull", name + ":1"))
          .contains("1: Pulling from " + name)
          .contains("Pull complete", "Digest: sha256:")
          .contains("Status: Downloaded newer image for " + name + ":1")
          .endsWith(name + ":1\n");
      assertThat(lighter("images", "-q", "--no-trunc")).isEqualTo(id + "\n");
      assertThat(lighter("pull", "-q", name + ":1")).isEqualTo(name + ":1\n");
      assertThat(lighter("pull", "-a", name)).contains("Image is up to date");
      assertThat(failing("pull", name + ":nonesuch")).contains("Error: ");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "images --format {{",
        "images -f nope=1",
        "images -f nope",
        "images a b",
        "inspect nonesuch",
        "inspect --type volume x",
        "inspect --type container nonesuch",
        "stats nonesuch",
        "stats --format {{",
        "rmi",
        "tag a",
        "tag nonesuch b",
        "pull UPPER/case",
        "pull -a busybox:1",
        "pull --nope x",
        "push busybox@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "import nonesuch.tar",
        "import -c FROM files.tar",
        "import --platform nope files.tar",
        "search --limit 0 x",
        "login -p a --password-stdin x",
        "login --password-stdin x",
        "image nope",
        "history nonesuch",
        "save --compress xz x"
      })
  void shouldSayWhatIsWrong(String line) {
    assertThat(failing(line.split(" "))).isNotBlank();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pull", "push", "images", "inspect", "history", "tag", "rmi", "save", "load", "import",
        "login", "logout", "search", "stats"
      })
  void shouldHelp(String command) {
    assertThat(lighter(command, "--help")).startsWith("Usage:  lighter " + command);
    assertThat(ImagesCommand.knows(command)).isTrue();
  }

  @Test
  void shouldShowBarsInATerminal() {
    try (ProgressDisplay display = ProgressDisplay.forTest(new PrintStream(out, true), true)) {
      display.say("abc", "Waiting");
      display.say("def", "Waiting");
      display.on(new io.lighter.images.transfer.ProgressEvent("abc", "Downloading", 50, 100));
      display.say("abc", "Pull complete");
    }
    assertThat(out.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "abc: Waiting\ndef: Waiting\n\u001b[2A\r\u001b[2Kabc: Downloading ["
                + "=".repeat(24)
                + ">"
                + " ".repeat(25)
                + "]  50B/100B\r\u001b[2B\u001b[2A\r\u001b[2Kabc: Pull complete\r\u001b[2B");
  }
}
