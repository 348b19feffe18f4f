package io.lighter.cli.build;

import io.lighter.cli.flags.InvalidValueException;
import io.lighter.images.ImageException;
import io.lighter.images.build.Annotation;
import io.lighter.images.build.ExportOptions;
import io.lighter.images.compression.Compression;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A value of {@code --output}.
 *
 * @param type image, local, tar, oci or docker
 * @param destination a path, or {@code -} for standard output; "" for none
 * @param names of the image; "" for those of {@code --tag}
 * @param push it goes to the registries of its names
 * @param options of an image
 */
record OutputFlag(
    String type, String destination, String names, boolean push, ExportOptions options) {
  /** Into the store. */
  static final OutputFlag STORE = new OutputFlag("image", "", "", false, ExportOptions.DEFAULT);

  private static final String OF_FILES = "type and dest";
  private static final String OF_IMAGES =
      "type, name, dest, push, oci-mediatypes, compression, compression-level, force-compression"
          + " and annotation.KEY";

  private static final Map<String, String> REASONS =
      Map.of(
          "push-by-digest", "give the image a name by name= or --tag, and use the digest",
          "name-canonical", "the store has the name with the digest after each push",
          "dangling-name-prefix", "an image without a name is found by its id",
          "unpack", "layers are always unpacked in the store",
          "store", "an image is always in the store; use type=oci for a file without it",
          "registry.insecure", "name the registry in LIGHTER_INSECURE_REGISTRIES",
          "rewrite-timestamp", "set SOURCE_DATE_EPOCH, which dates new files as well",
          "tar", "an image is written as one archive; unpack it by tar",
          "platform-split", "one folder gets the files of one platform");

  static OutputFlag parse(String text) {
    if (!text.contains("=")) {
      String type = text.equals("-") ? "tar" : "local";
      return new OutputFlag(type, text, "", false, ExportOptions.DEFAULT);
    }
    FlagFields fields = FlagFields.of(text);
    String type = fields.take("type", "");
    String destination = fields.take("dest", "");
    return switch (type) {
      case "local", "tar" -> {
        if (type.equals("local") && destination.isEmpty()) {
          throw new InvalidValueException("type=local needs dest=FOLDER");
        }
        fields.refuseRest("type=" + type, OF_FILES, REASONS);
        String to = destination.isEmpty() ? "-" : destination;
        yield new OutputFlag(type, to, "", false, ExportOptions.DEFAULT);
      }
      case "image", "registry", "oci", "docker" -> image(type, destination, fields);
      default ->
          throw new InvalidValueException(
              "an output has the type image, registry, local, tar, oci or docker, not " + type);
    };
  }

  private static OutputFlag image(String type, String destination, FlagFields fields) {
    boolean file = type.equals("oci") || (type.equals("docker") && !destination.isEmpty());
    if (!file && !destination.isEmpty()) {
      throw new InvalidValueException(
          "type="
              + type
              + " goes into the store, and dest="
              + destination
              + " is for a file;"
              + " use type=oci or type=docker");
    }
    String names = fields.take("name", "");
    boolean push = fields.takeTruth("push", type.equals("registry"));
    if (push && (file || type.equals("docker"))) {
      throw new InvalidValueException("type=" + type + " is not pushed; use type=registry");
    }
    ExportOptions options = options(fields);
    fields.refuseRest("type=" + type, OF_IMAGES, REASONS);
    if (!file) {
      return new OutputFlag("image", "", names, push, options);
    }
    return new OutputFlag(type, destination.isEmpty() ? "-" : destination, names, false, options);
  }

  private static ExportOptions options(FlagFields fields) {
    Compression compression = compression(fields.take("compression"));
    Integer level = fields.takeNumber("compression-level");
    boolean force = fields.takeTruth("force-compression", false);
    boolean oci = fields.takeTruth("oci-mediatypes", true);
    if (compression == null && (level != null || force)) {
      compression = Compression.GZIP;
    }
    try {
      return new ExportOptions(
          compression, level, force, oci, AnnotationFlag.ofOutput(fields.takeAll("annotation")));
    } catch (ImageException e) {
      throw new InvalidValueException(String.valueOf(e.getMessage()));
    }
  }

  static @Nullable Compression compression(@Nullable String text) {
    return switch (text) {
      case null -> null;
      case "uncompressed" -> Compression.NONE;
      case "gzip" -> Compression.GZIP;
      case "zstd" -> Compression.ZSTD;
      case "estargz" ->
          throw new InvalidValueException(
              "compression=estargz is not supported: use gzip, which every reader of it reads");
      default ->
          throw new InvalidValueException("compression is uncompressed, gzip or zstd, not " + text);
    };
  }

  /** The same with further annotations, if it is an image. */
  OutputFlag annotated(List<Annotation> annotations) {
    return new OutputFlag(type, destination, names, push, options.withAnnotations(annotations));
  }

  boolean isFiles() {
    return type.equals("local") || type.equals("tar");
  }

  /** The same, pushed as well. */
  OutputFlag pushed() {
    return new OutputFlag(type, destination, names, true, options);
  }

  boolean goesToStandardOutput() {
    return destination.equals("-");
  }
}
