package io.lighter.bench.images;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Podman, with a store of its own; it builds by Buildah. */
record PodmanTool(Path folder, String version) implements ImageTool {
  @Override
  public String name() {
    return "podman";
  }

  @Override
  public String description() {
    return version + ", overlay; no daemon; commands of builds in a chroot";
  }

  private List<String> podman(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "podman",
                "--root=" + folder.resolve("root"),
                "--runroot=" + folder.resolve("run"),
                "--tmpdir=" + folder.resolve("tmp"),
                "--cgroup-manager=cgroupfs",
                "--events-backend=none",
                "--storage-driver=overlay"));
    command.addAll(List.of(arguments));
    return command;
  }

  @Override
  public List<String> pull(String image) {
    return podman("pull", "-q", "--tls-verify=false", image);
  }

  @Override
  public List<String> tag(String image, String name) {
    return podman("tag", image, name);
  }

  @Override
  public List<String> push(String image) {
    return podman("push", "-q", "--tls-verify=false", image);
  }

  @Override
  public List<String> save(String image, Path archive) {
    return podman("save", "-q", "--format=oci-archive", "-o", archive.toString(), image);
  }

  @Override
  public List<String> load(Path archive) {
    return podman("load", "-q", "-i", archive.toString());
  }

  @Override
  public List<String> build(Path context, String image) {
    // Its runtime would set a limit that takes CAP_SYS_RESOURCE, which not every machine gives
    // root.
    return podman(
        "build",
        "-q",
        "--layers",
        "--isolation=chroot",
        "--network=host",
        "-t",
        image,
        context.toString());
  }

  @Override
  public ChangedContainer change(String image, Path files)
      throws IOException, InterruptedException {
    return CopiedInto.make(podman(), image, files);
  }

  @Override
  public List<String> clear() {
    return podman("system", "reset", "-f");
  }
}
