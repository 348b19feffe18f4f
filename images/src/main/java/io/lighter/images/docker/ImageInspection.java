package io.lighter.images.docker;

import io.lighter.images.Digest;
import io.lighter.images.manifest.Descriptors;
import io.lighter.images.manifest.History;
import io.lighter.images.manifest.ImageConfig;
import io.lighter.images.reference.Reference;
import io.lighter.images.store.ImageRecord;
import io.lighter.images.store.ImageStore;
import io.lighter.images.store.NamedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code docker image inspect} shows: {@code GET /images/NAME/json} of the Docker Engine API
 * 1.50.
 */
public final class ImageInspection {
  private ImageInspection() {}

  /** Returns the document as plain values, see {@link io.lighter.runtime.json}. */
  public static Map<String, Object> of(ImageStore store, ImageRecord image) throws IOException {
    ImageConfig config = store.config(image);
    Names names = Names.of(store, image.id());
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("Id", image.id().toString());
    json.put("RepoTags", names.tags());
    json.put("RepoDigests", names.digests());
    json.put("Parent", image.parent() == null ? "" : image.parent().toString());
    json.put("Comment", comment(config));
    json.put("Created", config.created() == null ? "" : config.created());
    json.put("DockerVersion", "");
    json.put("Author", config.author());
    json.put("Config", config.config().toJson());
    json.put("Architecture", config.platform().architecture());
    if (config.platform().variant() != null) {
      json.put("Variant", config.platform().variant());
    }
    json.put("Os", config.platform().os());
    json.put("Size", image.size());
    json.put("GraphDriver", graphDriver(store, image));
    Map<String, Object> rootFs = new LinkedHashMap<>();
    rootFs.put("Type", "layers");
    rootFs.put("Layers", image.diffIds().stream().map(Digest::toString).toList());
    json.put("RootFS", rootFs);
    String tagged =
        image.lastTagged() == null ? "0001-01-01T00:00:00Z" : image.lastTagged().toString();
    json.put("Metadata", Map.of("LastTagTime", tagged));
    json.put("Descriptor", Descriptors.toJson(image.manifest()));
    return json;
  }

  private static String comment(ImageConfig config) {
    List<History> history = config.history();
    return history.isEmpty() ? "" : history.getLast().comment();
  }

  private static Map<String, Object> graphDriver(ImageStore store, ImageRecord image) {
    List<String> folders = new ArrayList<>();
    for (Digest diffId : image.diffIds().reversed()) {
      Path folder = store.layers().folder(diffId);
      folders.add(folder.toString());
    }
    Map<String, Object> data = new LinkedHashMap<>();
    if (folders.size() > 1) {
      data.put("LowerDir", String.join(":", folders.subList(1, folders.size())));
    }
    if (!folders.isEmpty()) {
      data.put("UpperDir", folders.getFirst());
    }
    Map<String, Object> driver = new LinkedHashMap<>();
    driver.put("Data", data);
    driver.put("Name", "overlay2");
    return driver;
  }

  /**
   * The names of an image.
   *
   * @param tags {@code busybox:latest}
   * @param digests {@code busybox@sha256:...}
   */
  public record Names(List<String> tags, List<String> digests) {
    /** Copies the lists. */
    public Names {
      tags = List.copyOf(tags);
      digests = List.copyOf(digests);
    }

    /** Returns the names that an image has. */
    public static Names of(ImageStore store, Digest id) throws IOException {
      List<String> tags = new ArrayList<>();
      List<String> digests = new ArrayList<>();
      for (NamedImage named : store.names()) {
        if (named.id().equals(id)) {
          Reference name = named.name();
          (name.digest() == null ? tags : digests).add(name.familiar());
        }
      }
      return new Names(tags, digests);
    }
  }
}
