package io.lighter.images.docker;

import io.lighter.images.ImageException;
import io.lighter.images.reference.Reference;
import io.lighter.images.store.ImageLookup;
import io.lighter.images.store.ImageStore;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The filters of lists of images: {@code dangling}, {@code label}, {@code before}, {@code since},
 * {@code until}, {@code reference}. Of several values of one filter, labels must all hold, and one
 * reference must match.
 */
public final class ImageFilter {
  private static final Pattern GO_DURATION =
      Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(ns|us|µs|ms|s|m|h)");

  private final ImageStore store;
  private final Instant now;
  private final List<Predicate<ImageSummary>> conditions = new ArrayList<>();
  private final List<String> references = new ArrayList<>();

  /**
   * Filters nothing yet.
   *
   * @param now what times count from
   */
  public ImageFilter(ImageStore store, Instant now) {
    this.store = store;
    this.now = now;
  }

  /**
   * Adds a filter.
   *
   * @throws ImageException when there is no such filter, or its value is not valid
   */
  public ImageFilter add(String name, String value) throws IOException {
    switch (name) {
      case "dangling" -> {
        boolean wanted = truth(value);
        conditions.add(image -> image.isDangling() == wanted);
      }
      case "label" -> conditions.add(image -> hasLabel(image, value));
      case "label!" -> conditions.add(image -> !hasLabel(image, value));
      case "before" -> {
        long time = created(value);
        conditions.add(image -> image.created() < time);
      }
      case "since" -> {
        long time = created(value);
        conditions.add(image -> image.created() > time);
      }
      case "until" -> {
        long time = time(value, now).getEpochSecond();
        conditions.add(image -> image.created() < time);
      }
      case "reference" -> references.add(value);
      default -> throw new ImageException("invalid filter '" + name + "'");
    }
    return this;
  }

  /** Returns those that pass, each with the names that match. */
  public List<ImageSummary> apply(List<ImageSummary> images) {
    List<ImageSummary> passed = new ArrayList<>();
    for (ImageSummary image : images) {
      if (!conditions.stream().allMatch(condition -> condition.test(image))) {
        continue;
      }
      if (references.isEmpty()) {
        passed.add(image);
        continue;
      }
      List<Reference> tags = image.tags().stream().filter(this::matches).toList();
      List<Reference> digests = image.digests().stream().filter(this::matches).toList();
      if (!tags.isEmpty() || !digests.isEmpty()) {
        passed.add(new ImageSummary(image.image(), image.created(), image.labels(), tags, digests));
      }
    }
    return passed;
  }

  private boolean matches(Reference name) {
    for (String pattern : references) {
      PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
      if (matcher.matches(Path.of(name.familiar()))
          || matcher.matches(Path.of(name.familiarName()))) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasLabel(ImageSummary image, String label) {
    int equals = label.indexOf('=');
    return equals < 0
        ? image.labels().containsKey(label)
        : label.substring(equals + 1).equals(image.labels().get(label.substring(0, equals)));
  }

  private long created(String image) throws IOException {
    return ImageHistory.seconds(store.config(new ImageLookup(store).find(image).image()).created());
  }

  private static boolean truth(String value) {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "1", "true", "t" -> true;
      case "0", "false", "f" -> false;
      default -> throw new ImageException("invalid filter 'dangling=" + value + "'");
    };
  }

  /**
   * Reads a time, or how long ago it was: RFC 3339, seconds since 1970, {@code 1h30m}.
   *
   * @throws ImageException when it is none of these
   */
  public static Instant time(String value, Instant now) {
    try {
      return Instant.parse(value);
    } catch (DateTimeParseException e) {
      // It may be one of the other notations.
    }
    if (value.matches("[0-9]{1,12}")) {
      return Instant.ofEpochSecond(Long.parseLong(value));
    }
    if (value.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}")) {
      return Instant.parse(value + "T00:00:00Z");
    }
    Matcher parts = GO_DURATION.matcher(value);
    Duration duration = Duration.ZERO;
    int end = 0;
    while (parts.find() && parts.start() == end) {
      duration =
          duration.plusNanos((long) (Double.parseDouble(parts.group(1)) * nanos(parts.group(2))));
      end = parts.end();
    }
    if (end == 0 || end != value.length()) {
      throw new ImageException(
          "\"" + value + "\" is neither a time (2006-01-02T15:04:05Z) nor a duration (1h30m)");
    }
    return now.minus(duration);
  }

  private static double nanos(String unit) {
    return switch (unit) {
      case "ns" -> 1;
      case "us", "µs" -> 1e3;
      case "ms" -> 1e6;
      case "s" -> 1e9;
      case "m" -> 60e9;
      default -> 3600e9;
    };
  }
}
