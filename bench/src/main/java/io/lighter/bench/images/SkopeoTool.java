package io.lighter.bench.images;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** skopeo, which copies blobs and unpacks nothing: what a transfer alone costs. */
record SkopeoTool(Path folder, String version) implements ImageTool {
  @Override
  public String name() {
    return "skopeo";
  }

  @Override
  public String description() {
    return version + " into a folder: nothing is unpacked";
  }

  @Override
  public List<String> pull(String image) {
    return List.of(
        "skopeo", "copy", "-q", "--src-tls-verify=false", "docker://" + image, "dir:" + folder);
  }

  @Override
  public List<String> tag(String image, String name) {
    return List.of("true");
  }

  @Override
  public List<String> push(String image) {
    return List.of(
        "skopeo", "copy", "-q", "--dest-tls-verify=false", "dir:" + folder, "docker://" + image);
  }

  @Override
  public List<String> save(String image, Path archive) {
    return List.of("skopeo", "copy", "-q", "dir:" + folder, "oci-archive:" + archive + ":x");
  }

  @Override
  public @Nullable List<String> load(Path archive) {
    return null;
  }

  @Override
  public @Nullable List<String> build(Path context, String image) {
    return null;
  }

  @Override
  public @Nullable ChangedContainer change(String image, Path files) {
    return null;
  }

  @Override
  public List<String> clear() {
    return List.of("rm", "-rf", folder.toString());
  }
}
