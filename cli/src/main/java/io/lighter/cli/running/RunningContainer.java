package io.lighter.cli.running;

import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import io.lighter.images.json.Fields;
import io.lighter.images.manifest.ContainerConfig;
import io.lighter.runtime.json.JsonWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A container of an image that runs under a name.
 *
 * @param name of it
 * @param id of it
 * @param cgroup its path in the tree of cgroups, or null when it has none
 * @param image its id
 * @param config what it was started with, as an image has it
 */
public record RunningContainer(
    String name, String id, @Nullable String cgroup, Digest image, ContainerConfig config) {
  private static final String LAYERS = "containers";
  private static final int LEAST_OF_ID = 4;

  /** Where the writable layers of such containers lie, each by the name of its container. */
  public static Path layers(Path stateFolder) {
    return stateFolder.resolve(LAYERS);
  }

  /**
   * Finds a container by its name or the first digits of its id.
   *
   * @throws ImageException when none runs
   */
  public static RunningContainer find(Path stateFolder, String text) throws IOException {
    RunningContainer found = null;
    try (DirectoryStream<Path> names =
        Files.newDirectoryStream(stateFolder.resolve(ContainerName.FOLDER))) {
      for (Path file : names) {
        RunningContainer container = read(file);
        if (container != null && container.name.equals(text)) {
          return container;
        }
        if (container != null && text.length() >= LEAST_OF_ID && container.id.startsWith(text)) {
          found = container;
        }
      }
    } catch (NoSuchFileException e) {
      // Nothing has run with a name yet.
    }
    if (found == null) {
      throw new ImageException(
          "No such container: "
              + text
              + " (those are known that run an image now, by lighter run --name)");
    }
    return found;
  }

  private static @Nullable RunningContainer read(Path file) throws IOException {
    byte[] content;
    try {
      content = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return null;
    }
    if (content.length == 0) {
      return null;
    }
    Fields fields = Fields.read("the container of " + file, content);
    return new RunningContainer(
        String.valueOf(file.getFileName()),
        fields.requiredString("id"),
        fields.string("cgroup"),
        Digest.parse(fields.requiredString("image")),
        ContainerConfig.read(fields.requiredObject("config")));
  }

  byte[] toBytes() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", id);
    if (cgroup != null) {
      json.put("cgroup", cgroup);
    }
    json.put("image", image.toString());
    json.put("config", config.toJson());
    return JsonWriter.compact(json).getBytes(StandardCharsets.UTF_8);
  }
}
