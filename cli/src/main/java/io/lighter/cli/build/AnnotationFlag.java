package io.lighter.cli.build;

import io.lighter.cli.flags.InvalidValueException;
import io.lighter.images.Platform;
import io.lighter.images.build.Annotation;
import io.lighter.images.build.Annotation.Level;
import io.lighter.images.dockerfile.NearestWord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Annotations as {@code --annotation [WHERE[PLATFORM],...:]KEY=VALUE} and as fields {@code
 * annotation-WHERE[PLATFORM].KEY=VALUE} of an output.
 */
final class AnnotationFlag {
  private static final Map<String, Level> LEVELS =
      Map.of(
          "manifest", Level.MANIFEST,
          "manifest-descriptor", Level.MANIFEST_DESCRIPTOR,
          "index", Level.INDEX,
          "index-descriptor", Level.INDEX_DESCRIPTOR);

  private static final Pattern WHERE = Pattern.compile("([a-z-]+)(?:\\[([A-Za-z0-9_./-]+)\\])?");
  private static final Pattern FIELD =
      Pattern.compile("(?:-([a-z-]+))?(?:\\[([A-Za-z0-9_./-]+)\\])?\\.(.+)");

  private AnnotationFlag() {}

  static List<Annotation> parse(String text) {
    int equals = text.indexOf('=');
    if (equals <= 0) {
      throw new InvalidValueException("an annotation is [WHERE:]KEY=VALUE");
    }
    String key = text.substring(0, equals);
    String value = text.substring(equals + 1);
    int colon = key.indexOf(':');
    if (colon < 0) {
      return List.of(Annotation.ofManifest(key, value));
    }
    List<Annotation> annotations = new ArrayList<>();
    for (String where : key.substring(0, colon).split(",", -1)) {
      Matcher matcher = WHERE.matcher(where);
      if (!matcher.matches()) {
        throw unknown(where);
      }
      annotations.add(
          annotation(matcher.group(1), matcher.group(2), key.substring(colon + 1), value));
    }
    return annotations;
  }

  /** Reads fields whose names begin with {@code annotation}, without that. */
  static List<Annotation> ofOutput(Map<String, String> fields) {
    List<Annotation> annotations = new ArrayList<>();
    fields.forEach(
        (name, value) -> {
          Matcher matcher = FIELD.matcher(name);
          if (!matcher.matches()) {
            throw new InvalidValueException("annotation" + name + " is not annotation.KEY");
          }
          String where = matcher.group(1) == null ? "manifest" : matcher.group(1);
          annotations.add(annotation(where, matcher.group(2), matcher.group(3), value));
        });
    return annotations;
  }

  private static Annotation annotation(
      String where, @Nullable String platform, String key, String value) {
    Level level = LEVELS.get(where);
    if (level == null) {
      throw unknown(where);
    }
    boolean ofAll = level == Level.INDEX || level == Level.INDEX_DESCRIPTOR;
    if (ofAll && platform != null) {
      throw new InvalidValueException("an index is of all platforms, not of " + platform);
    }
    return new Annotation(level, platform == null ? null : Platform.parse(platform), key, value);
  }

  private static InvalidValueException unknown(String where) {
    return new InvalidValueException(
        "an annotation is of a manifest, manifest-descriptor, index or index-descriptor, not of "
            + where
            + NearestWord.hint(where, LEVELS.keySet()));
  }
}
