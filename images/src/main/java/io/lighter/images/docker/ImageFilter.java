package io.lighter.images.docker;

import io.lighter.images.ImageException;
import io.lighter.images.dockerfile.PathPattern;
import io.lighter.images.dockerfile.SyntaxException;
import io.lighter.images.reference.Reference;
import io.lighter.images.store.ImageLookup;
import io.lighter.images.store.ImageStore;
import io.lighter.runtime.notation.DockerTime;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * The filters of lists of images: {@code dangling}, {@code label}, {@code before}, {@code since},
 * {@code until}, {@code reference}. Of several values of one filter, labels must all hold, and one
 * reference must match.
 */
public final class ImageFilter {
  private final ImageStore store;
  private final Instant now;
  private final List<Predicate<ImageSummary>> conditions = new ArrayList<>();
  private final List<PathPattern> references = new ArrayList<>();

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
      case "reference" -> references.add(pattern(value));
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
    return references.stream()
        .anyMatch(
            pattern -> pattern.matches(name.familiar()) || pattern.matches(name.familiarName()));
  }

  private static PathPattern pattern(String text) {
    try {
      return PathPattern.of(text);
    } catch (SyntaxException e) {
      throw new ImageException("invalid filter 'reference=" + text + "': " + e.getMessage(), e);
    }
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
   * Reads a time, or how long ago it was, as {@link DockerTime} does.
   *
   * @throws ImageException when it is none of these
   */
  public static Instant time(String value, Instant now) {
    try {
      return Instant.EPOCH.plusNanos(DockerTime.parse(value, now));
    } catch (IllegalArgumentException e) {
      throw new ImageException(
          "\"" + value + "\" is neither a time (2006-01-02T15:04:05Z) nor a duration (1h30m)", e);
    }
  }
}
