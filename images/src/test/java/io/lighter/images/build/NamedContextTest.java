package io.lighter.images.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.images.Digest;
import io.lighter.images.fixture.Tool;
import io.lighter.images.reference.Reference;
import io.lighter.images.store.ImageRecord;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** FROM and COPY --from of named contexts. */
@RequiresRoot
@RequiresTool("busybox")
class NamedContextTest {
  @TempDir Path folder;
  private BuildFixture fixture;
  private Path root;

  @BeforeEach
  void open() throws IOException {
    fixture = new BuildFixture(folder);
    root = Files.createDirectories(folder.resolve("root"));
    Files.createDirectories(root.resolve("bin"));
    Files.copy(Path.of("/bin/busybox"), root.resolve("bin/sh"));
    Files.writeString(root.resolve("ignored"), "x");
    Files.writeString(root.resolve(".dockerignore"), "ignored\n");
  }

  private ImageRecord build(String dockerfile, BuildContext context) throws IOException {
    return fixture.build(dockerfile, r -> r.contexts = Map.of("base", context));
  }

  @Test
  void shouldBuildUponAFolder() throws IOException {
    String dockerfile =
        "FROM base\nRUN echo made > /made\nFROM scratch\nCOPY --from=0 / /\nCOPY --from=base bin/sh"
            + " /again\n";
    ImageRecord image = build(dockerfile, new BuildContext.Folder(root));
    Path layer = fixture.store.layers().folder(image.diffIds().getFirst());
    assertThat(layer.resolve("made")).hasContent("made");
    assertThat(layer.resolve("bin/sh")).exists();
    assertThat(layer.resolve("ignored")).doesNotExist();
    build(dockerfile, new BuildContext.Folder(root));
    assertThat(fixture.progress.done()).isEmpty();
    assertThat(fixture.progress.events).anyMatch(event -> event.matches("CACHED .*FROM base"));
    Files.writeString(root.resolve("new"), "new");
    build(dockerfile, new BuildContext.Folder(root));
    assertThat(fixture.progress.done()).hasSize(3);
    ImageRecord alone = build("FROM base\n", new BuildContext.Folder(root));
    assertThat(alone.diffIds()).hasSize(1);
    assertThat(fixture.store.config(alone).config().env())
        .containsExactly("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
  }

  @Test
  @RequiresTool("git")
  void shouldBuildUponARepository() throws Exception {
    Tool.run(root, "git", "init", "-q", "-b", "main");
    Tool.run(root, "git", "add", "-A");
    Tool.run(root, "git", "-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "one");
    Path repository = Files.move(root, folder.resolve("root.git"));
    ImageRecord image =
        build(
            "FROM base\nCOPY --from=base .dockerignore /copied\nRUN echo ran > /ran\n",
            new BuildContext.Git("file://" + repository, false));
    assertThat(fixture.store.layers().folder(image.diffIds().getLast()).resolve("ran"))
        .hasContent("ran");
  }

  @Test
  @RequiresTool("skopeo")
  void shouldBuildUponAnImageInALayout() throws Exception {
    Path archive = folder.resolve("base.tar");
    BuildFixture other = new BuildFixture(folder, "other");
    try (OutputStream out = Files.newOutputStream(archive)) {
      other
          .builder()
          .build(
              other.request("FROM busybox\nRUN echo below > /below\nENV A=b\n"),
              List.of(
                  new ImageArchiveOutput(
                      List.of(Reference.parse("x:v1")), ExportOptions.DEFAULT, out)),
              Progress.NONE);
    }
    Path layout = folder.resolve("layout");
    Tool.run(folder, "skopeo", "copy", "oci-archive:" + archive, "oci:" + layout + ":v1");
    String dockerfile = "FROM base\nRUN cat /below; echo $A\nCOPY --from=base /below /copied\n";
    ImageRecord image = build(dockerfile, new BuildContext.Layout(layout, "v1", null));
    assertThat(fixture.progress.output).containsExactly("out below", "out b");
    assertThat(fixture.store.config(image).config().env()).contains("A=b");
    Digest digest = new OciLayout(layout).manifest(null, "v1").digest();
    build(dockerfile, new BuildContext.Layout(layout, "latest", digest));
    assertThat(fixture.progress.done()).isEmpty();
    assertThatThrownBy(() -> build(dockerfile, new BuildContext.Layout(layout, "v2", null)))
        .hasMessageContaining("has nothing of the tag v2; its tags are [v1]")
        .hasMessageContaining("Dockerfile:1");
    Path blob = layout.resolve("blobs/sha256").resolve(digest.hex());
    Files.writeString(blob, Files.readString(blob) + " ");
    assertThatThrownBy(() -> build(dockerfile, new BuildContext.Layout(layout, "v1", null)))
        .hasMessageContaining("has the digest");
    assertThat(Objects.requireNonNull(fixture.store.get(image.id())).id()).isEqualTo(image.id());
  }
}
