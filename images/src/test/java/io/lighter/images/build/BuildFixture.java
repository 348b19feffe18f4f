package io.lighter.images.build;

import io.lighter.images.fixture.TarBytes;
import io.lighter.images.fixture.TestImages;
import io.lighter.images.reference.Reference;
import io.lighter.images.store.ImageRecord;
import io.lighter.images.store.ImageStore;
import io.lighter.linux.Linux;
import io.lighter.runtime.ContainerRuntime;
import io.lighter.runtime.RuntimeConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/** A store with an image of busybox, a context, and builds of it. */
final class BuildFixture {
  private static final Path BUSYBOX = Path.of("/bin/busybox");
  private static final List<String> APPLETS =
      List.of(
          "sh",
          "cat",
          "echo",
          "ls",
          "mkdir",
          "rm",
          "touch",
          "chmod",
          "chown",
          "stat",
          "id",
          "env",
          "test",
          "sleep",
          "true",
          "false",
          "cp",
          "mv",
          "ln",
          "date",
          "find",
          "sha256sum",
          "grep",
          "wget",
          "mount",
          "head",
          "tr",
          "sort",
          "wc",
          "sed",
          "pwd",
          "ip",
          "hostname",
          "df",
          "dd",
          "kill",
          "mknod",
          "readlink",
          "unshare",
          "awk");

  final ImageStore store;
  final Path context;
  private final Path state;
  Recorded progress = new Recorded();

  BuildFixture(Path folder) throws IOException {
    this(folder, "store");
  }

  BuildFixture(Path folder, String name) throws IOException {
    store = ImageStore.open(Linux.kernel(), folder.resolve(name));
    context = Files.createDirectories(folder.resolve("context"));
    state = folder.resolve("state");
    TestImages.put(store, "busybox", busybox());
  }

  static byte[] busybox() throws IOException {
    TarBytes tar =
        new TarBytes()
            .folder("bin")
            .file("bin/busybox", 0755, Files.readAllBytes(BUSYBOX))
            .folder("etc")
            .file(
                "etc/passwd",
                "root:x:0:0:root:/root:/bin/sh\nann:x:1000:1001:A:/home/ann:/bin/sh\n")
            .file("etc/group", "root:x:0:\nstaff:x:50:ann\n")
            .folder("tmp");
    APPLETS.forEach(applet -> tar.link("bin/" + applet, "busybox"));
    return tar.bytes();
  }

  ContainerRuntime runtime() {
    return ContainerRuntime.open(RuntimeConfig.of(state).withDieWithStarter());
  }

  Builder builder() {
    return new Builder(store, new StoredImages(store), this::runtime);
  }

  BuildFixture file(String name, String content) throws IOException {
    Path path = context.resolve(name);
    Files.createDirectories(Objects.requireNonNull(path.getParent()));
    Files.writeString(path, content);
    return this;
  }

  BuildRequest request(String dockerfile) {
    return BuildRequest.of(
        new BuildContext.Folder(context),
        new DockerfileSource.Text("Dockerfile", dockerfile, null));
  }

  /** Builds, and puts the image into the store as {@code built}. */
  ImageRecord build(String dockerfile) throws IOException {
    return build(dockerfile, r -> {});
  }

  ImageRecord build(String dockerfile, Consumer<BuildRequest.Draft> change) throws IOException {
    progress = new Recorded();
    BuildResult result =
        builder()
            .build(
                request(dockerfile).with(change),
                List.of(new StoreOutput(List.of(Reference.parse("built")))),
                progress);
    return Objects.requireNonNull(result.image());
  }

  /** Writes the files of an image into a folder. */
  Path export(String dockerfile, Path target) throws IOException {
    return export(dockerfile, target, r -> {});
  }

  Path export(String dockerfile, Path target, Consumer<BuildRequest.Draft> change)
      throws IOException {
    progress = new Recorded();
    builder().build(request(dockerfile).with(change), List.of(new FolderOutput(target)), progress);
    return target;
  }
}
