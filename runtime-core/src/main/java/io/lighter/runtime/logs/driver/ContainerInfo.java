package io.lighter.runtime.logs.driver;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What drivers and tags may say about the container whose log it is.
 *
 * @param id all of it, mostly 64 hexadecimal digits
 * @param name without a slash before it
 * @param imageId with its algorithm: {@code sha256:...}; empty when it came from no image
 * @param imageName as it was asked for; empty when it came from no image
 * @param command the program and its arguments
 * @param created when the container was made
 * @param labels by their keys
 * @param environment as the container's first process has it, {@code NAME=value}
 * @param daemonName who runs the container: {@code docker} for Docker's daemon
 * @param folder the container's own, in which a driver that keeps files makes them
 */
public record ContainerInfo(
    String id,
    String name,
    String imageId,
    String imageName,
    List<String> command,
    Instant created,
    Map<String, String> labels,
    List<String> environment,
    String daemonName,
    Path folder) {
  private static final int SHORT_ID = 12;

  public ContainerInfo {
    command = List.copyOf(command);
    labels = Map.copyOf(labels);
    environment = List.copyOf(environment);
  }

  /** Returns the first twelve digits of the id. */
  public String shortId() {
    return shortened(id);
  }

  /** Returns the first twelve characters of the image's id, its algorithm among them, as Docker. */
  public String shortImageId() {
    return shortened(imageId);
  }

  /** Returns the command in one line. */
  public String commandLine() {
    return String.join(" ", command);
  }

  private static String shortened(String id) {
    return id.length() <= SHORT_ID ? id : id.substring(0, SHORT_ID);
  }
}
