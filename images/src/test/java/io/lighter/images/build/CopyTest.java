package io.lighter.images.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.images.fixture.TarBytes;
import io.lighter.images.fixture.TestImages;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** COPY and ADD. */
@RequiresRoot
@RequiresTool("busybox")
@LeavesNothing(cgroups = "/lighter/")
class CopyTest {
  @TempDir Path folder;
  private BuildFixture fixture;
  private int outs;

  @BeforeEach
  void open() throws IOException {
    fixture = new BuildFixture(folder);
    fixture
        .file("a.txt", "a")
        .file("b.txt", "b")
        .file("dir/c.txt", "c")
        .file("dir/sub/d.md", "d")
        .file("dir/e.md", "e");
  }

  /** The files of an image of nothing but these instructions. */
  private List<String> copied(String... instructions) throws IOException {
    return list(files(instructions));
  }

  private Path files(String... instructions) throws IOException {
    return fixture.export(
        "FROM scratch\n" + String.join("\n", instructions) + "\n", folder.resolve("out" + outs++));
  }

  private static List<String> list(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
          .map(path -> root.relativize(path).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void shouldCopyFilesAndContents() throws IOException {
    assertThat(copied("COPY a.txt /x")).containsExactly("x");
    assertThat(copied("COPY a.txt /x/")).containsExactly("x/a.txt");
    assertThat(copied("COPY a.txt b.txt x/")).containsExactly("x/a.txt", "x/b.txt");
    assertThat(copied("WORKDIR /w", "COPY a.txt .")).containsExactly("w/a.txt");
    assertThat(copied("WORKDIR /w", "COPY a.txt ../y")).containsExactly("y");
    assertThat(copied("COPY dir /x")).containsExactly("x/c.txt", "x/e.md", "x/sub/d.md");
    assertThat(copied("COPY dir/ /")).containsExactly("c.txt", "e.md", "sub/d.md");
    assertThat(copied("COPY ../../a.txt /")).containsExactly("a.txt");
    assertThat(copied("COPY [\"a.txt\", \"/with space\"]")).containsExactly("with space");
    assertThat(copied("WORKDIR /x", "COPY a.txt /x")).containsExactly("x/a.txt");
  }

  @Test
  void shouldMatchPatterns() throws IOException {
    assertThat(copied("COPY *.txt /")).containsExactly("a.txt", "b.txt");
    assertThat(copied("COPY [ab].txt /")).containsExactly("a.txt", "b.txt");
    assertThat(copied("COPY d*/s?b /x")).containsExactly("x/d.md");
    assertThat(copied("COPY a.txt none* /")).containsExactly("a.txt");
    fixture.file("[x]", "x");
    assertThat(copied("COPY [[]x] /")).containsExactly("[x]");
  }

  @Test
  void shouldExcludeAndKeepParents() throws IOException {
    assertThat(copied("COPY --exclude=*.md --exclude=sub dir /")).containsExactly("c.txt");
    assertThat(copied("COPY --exclude=**/*.md dir /")).containsExactly("c.txt");
    assertThat(copied("COPY --exclude=a* *.txt /")).containsExactly("b.txt");
    assertThat(copied("COPY --parents dir/sub/d.md a.txt /x/"))
        .containsExactly("x/a.txt", "x/dir/sub/d.md");
    assertThat(copied("COPY --parents dir/./sub/d.md /")).containsExactly("sub/d.md");
    assertThat(copied("COPY --parents **/*.md /")).containsExactly("dir/e.md", "dir/sub/d.md");
    assertThat(copied("COPY --parents dir /")).contains("dir/c.txt");
  }

  @Test
  void shouldLeaveOutWhatIsIgnored() throws IOException {
    fixture.file(".dockerignore", "*.txt\n!b.txt\ndir\n!dir/sub/d.md\n");
    assertThat(copied("COPY . /")).containsExactly(".dockerignore", "b.txt", "dir/sub/d.md");
    assertThatThrownBy(() -> copied("COPY a.txt /"))
        .hasMessageContaining("a.txt is left out of the build context by .dockerignore");
  }

  @Test
  void shouldSetOwnersAndPermissions() throws IOException {
    Path files =
        fixture.export(
            """
            FROM busybox
            COPY --chown=ann:staff --chmod=0640 a.txt /made/1
            COPY --chown=7 dir /2
            COPY --chmod=u=rwX,go= dir /3
            COPY a.txt /4
            """,
            folder.resolve("owners"));
    assertThat(owner(files.resolve("made/1"))).isEqualTo("1000:50 100640");
    assertThat(owner(files.resolve("made"))).isEqualTo("1000:50 40755");
    assertThat(owner(files.resolve("2/sub/d.md"))).startsWith("7:7 ");
    assertThat(owner(files.resolve("3/sub"))).isEqualTo("0:0 40700");
    assertThat(owner(files.resolve("3/sub/d.md"))).isEqualTo("0:0 100600");
    assertThat(owner(files.resolve("4"))).startsWith("0:0 ");
  }

  private static String owner(Path file) throws IOException {
    return Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS)
        + ":"
        + Files.getAttribute(file, "unix:gid", LinkOption.NOFOLLOW_LINKS)
        + " "
        + Integer.toOctalString(
            (Integer) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS));
  }

  @Test
  void shouldKeepLinksAndOwnersOfStages() throws IOException {
    Path files =
        fixture.export(
            """
            FROM busybox AS make
            RUN mkdir /d && echo x > /d/f && ln /d/f /d/hard && ln -s f /d/soft && chown 5:6 /d/f \\
              && chmod 4755 /d/f && ln -s /d /link
            FROM scratch
            COPY --from=make /link /e
            """,
            folder.resolve("links"));
    assertThat(list(files)).containsExactly("e/f", "e/hard", "e/soft");
    assertThat(owner(files.resolve("e/f"))).isEqualTo("5:6 104755");
    assertThat(Files.getAttribute(files.resolve("e/f"), "unix:ino"))
        .isEqualTo(Files.getAttribute(files.resolve("e/hard"), "unix:ino"));
    assertThat(Files.readSymbolicLink(files.resolve("e/soft"))).isEqualTo(Path.of("f"));
  }

  @Test
  void shouldReplaceFilesAndMergeFolders() throws IOException {
    Path files =
        fixture.export(
            """
            FROM busybox
            RUN mkdir -p /x/sub && echo old > /x/c.txt && echo kept > /x/kept && ln -s /etc/passwd /x/e.md
            COPY dir /x
            """,
            folder.resolve("merged"));
    assertThat(files.resolve("x/c.txt")).hasContent("c");
    assertThat(files.resolve("x/kept")).hasContent("kept");
    assertThat(files.resolve("x/e.md")).hasContent("e");
    assertThat(files.resolve("etc/passwd")).content().contains("root");
    assertThatThrownBy(() -> fixture.build("FROM busybox\nCOPY a.txt /etc/passwd/\n"))
        .hasMessageContaining("/etc/passwd is not a folder");
    assertThatThrownBy(() -> fixture.build("FROM busybox\nCOPY dir /etc/passwd\n"))
        .hasMessageContaining("/etc/passwd");
  }

  @Test
  void shouldResolveLinksWithinTheirRoot() throws IOException {
    Files.writeString(folder.resolve("secret"), "of the host");
    Files.createSymbolicLink(fixture.context.resolve("out"), folder.resolve("secret"));
    Files.createSymbolicLink(fixture.context.resolve("up"), Path.of("../secret"));
    Files.createSymbolicLink(fixture.context.resolve("passwd"), Path.of("/etc/passwd"));
    for (String name : List.of("out", "up", "passwd")) {
      assertThatThrownBy(() -> copied("COPY " + name + " /x"))
          .hasMessageContaining(name + " is not in the build context");
    }
    Path target = folder.resolve("target");
    Files.createDirectory(target);
    TestImages.put(
        fixture.store,
        "hostile",
        new TarBytes().link("d", target.toString()).link("e", "../..").bytes());
    Path files =
        fixture.export(
            "FROM hostile\nCOPY a.txt /d/x\nCOPY a.txt /e/y\nWORKDIR /d/w\n",
            folder.resolve("resolved"));
    assertThat(target).isEmptyDirectory();
    assertThat(files.resolve("y")).hasContent("a");
    assertThat(files.resolve(folder.relativize(target)).toString()).isNotEmpty();
    assertThat(list(files)).hasSize(4);
  }

  @Test
  void shouldTakeAContextFromAnArchive() throws IOException {
    byte[] tar =
        new TarBytes()
            .file("Dockerfile", "FROM scratch\nCOPY . /\n")
            .file(".dockerignore", "Dockerfile\n.dockerignore\n")
            .file("x", "y")
            .bytes();
    for (byte[] archive : List.of(tar, TestImages.gzip(tar))) {
      Path target = folder.resolve("archive" + archive.length);
      fixture
          .builder()
          .build(
              BuildRequest.of(
                  new BuildContext.Archive(new ByteArrayInputStream(archive)),
                  new DockerfileSource.InContext("Dockerfile")),
              List.of(new FolderOutput(target)),
              Progress.NONE);
      assertThat(list(target)).containsExactly("x");
    }
  }

  @Test
  void shouldUnpackLocalArchives() throws IOException {
    byte[] tar = new TarBytes().folder("t").file("t/x", "packed").bytes();
    Files.write(fixture.context.resolve("plain.tar"), tar);
    Files.write(fixture.context.resolve("named.anything"), TestImages.gzip(tar));
    assertThat(copied("ADD plain.tar /p/")).containsExactly("p/t/x");
    assertThat(copied("ADD named.anything /q")).containsExactly("q/t/x");
    assertThat(copied("ADD --unpack=false plain.tar /")).containsExactly("plain.tar");
    assertThat(copied("ADD a.txt dir /r/")).contains("r/a.txt", "r/c.txt");
    assertThat(copied("COPY plain.tar /")).containsExactly("plain.tar");
    Path owned = files("ADD --chown=3:4 plain.tar /");
    assertThat(owner(owned.resolve("t/x"))).startsWith("3:4 ");
  }
}
