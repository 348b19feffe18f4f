package io.lighter.runtime.spec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * Reads {@code config.json}. Unknown fields are ignored, as the specification says (config.md,
 * "Extensibility"); a wrong type, a missing required field, a value out of range or a word that is
 * not in a vocabulary is a {@link SpecException}. Rules between fields are {@link
 * SpecValidation}'s.
 */
public final class SpecReader {
  /** The greatest file that is read, in bytes; real ones have less than 100 KiB. */
  public static final int MAX_BYTES = 8 << 20;

  // A key that stands twice is refused: two readers could take a different one of the two.
  private static final ObjectMapper JSON =
      new ObjectMapper(
              JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private SpecReader() {}

  /**
   * Reads the file {@code file}.
   *
   * @throws SpecException if it is not a regular file, too large, not JSON or not a specification
   * @throws IOException if it cannot be read
   */
  public static Spec read(Path file) throws IOException {
    // Opening a FIFO would wait for a writer, so look first.
    if (!Files.isRegularFile(file)) {
      throw new SpecException(
          "",
          Files.exists(file)
              ? file + " is not a regular file"
              : file + " does not exist; a bundle has its configuration in this file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      return parse(in.readNBytes(MAX_BYTES + 1));
    }
  }

  /** Reads a JSON text. */
  public static Spec parse(String json) {
    return parse(json.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Reads a JSON text in UTF-8.
   *
   * @throws SpecException if it is larger than {@link #MAX_BYTES}, not JSON or not a specification
   */
  public static Spec parse(byte[] json) {
    return parse(json, SpecReader::spec);
  }

  /** The parser would take what begins with zeros for UTF-16 or UTF-32. */
  private static String text(byte[] json) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json)).toString();
    } catch (CharacterCodingException notUtf8) {
      throw new SpecException("", "is not UTF-8");
    }
  }

  private static <T> T parse(byte[] json, Function<Fields, T> reader) {
    if (json.length > MAX_BYTES) {
      throw new SpecException("", "is larger than " + MAX_BYTES + " bytes");
    }
    JsonNode tree;
    try {
      tree = JSON.readTree(text(json));
    } catch (JsonProcessingException notJson) {
      throw new SpecException("", "is not JSON: " + where(notJson));
    }
    try {
      return reader.apply(new Fields(tree, ""));
    } catch (IllegalArgumentException refused) {
      throw new SpecException("", String.valueOf(refused.getMessage()));
    }
  }

  /**
   * Reads a process by itself, as runc's and crun's {@code exec --process} take it.
   *
   * @param json in UTF-8
   * @throws SpecException if it is not one, or breaks a rule that needs no container to be seen
   */
  public static Process parseProcess(byte[] json) {
    Process process = parse(json, ProcessReader::process);
    SpecValidation.check(process);
    return process;
  }

  /**
   * Reads limits by themselves, as runc's and crun's {@code update --resources} take them.
   *
   * @param json in UTF-8
   * @throws SpecException if they are none, or break a rule
   */
  public static Resources parseResources(byte[] json) {
    Resources resources = parse(json, ResourcesReader::resources);
    SpecValidation.check(resources);
    return resources;
  }

  private static String where(JsonProcessingException notJson) {
    var location = notJson.getLocation();
    return notJson.getOriginalMessage()
        + (location == null
            ? ""
            : " at line " + location.getLineNr() + ", column " + location.getColumnNr());
  }

  private static Spec spec(Fields in) {
    Hooks hooks = in.object("hooks", SpecReader::hooks);
    return new Spec(
        in.string("ociVersion"),
        in.object("process", ProcessReader::process),
        in.object("root", root -> new Root(root.string("path"), root.flag("readonly"))),
        in.stringOrNull("hostname"),
        in.stringOrNull("domainname"),
        in.objects("mounts", SpecReader::mount),
        hooks == null ? Hooks.NONE : hooks,
        in.stringMap("annotations"),
        in.object("linux", LinuxReader::linux));
  }

  private static Mount mount(Fields in) {
    return new Mount(
        in.string("destination"),
        in.stringOrNull("type"),
        in.stringOrNull("source"),
        in.strings("options"),
        in.objects("uidMappings", LinuxReader::idMapping),
        in.objects("gidMappings", LinuxReader::idMapping));
  }

  private static Hooks hooks(Fields in) {
    return new Hooks(
        in.objects("prestart", SpecReader::hook),
        in.objects("createRuntime", SpecReader::hook),
        in.objects("createContainer", SpecReader::hook),
        in.objects("startContainer", SpecReader::hook),
        in.objects("poststart", SpecReader::hook),
        in.objects("poststop", SpecReader::hook));
  }

  private static Hook hook(Fields in) {
    return new Hook(
        in.string("path"),
        in.strings("args"),
        in.strings("env"),
        in.intOrNull("timeout", 1, Integer.MAX_VALUE));
  }
}
