package io.lighter.images.docker;

import io.lighter.images.manifest.History;
import io.lighter.images.manifest.ImageConfig;
import io.lighter.images.store.ImageRecord;
import io.lighter.images.store.ImageStore;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code docker history}.
 *
 * @param id of the image for its newest step, {@code <missing>} for those before
 * @param created seconds since 1970, 0 where that is not known
 * @param createdBy the command
 * @param tags of the image, in its row
 * @param size of the files that the step's layer has
 * @param comment or ""
 */
public record ImageHistory(
    String id, long created, String createdBy, List<String> tags, long size, String comment) {
  private static final String MISSING = "<missing>";

  /** Copies the list. */
  public ImageHistory {
    tags = List.copyOf(tags);
  }

  /** Returns the steps of an image, the newest first. */
  public static List<ImageHistory> of(ImageStore store, ImageRecord image) throws IOException {
    ImageConfig config = store.config(image);
    List<ImageHistory> rows = new ArrayList<>();
    int layer = 0;
    for (History step : config.history()) {
      long size = 0;
      if (!step.emptyLayer() && layer < image.diffIds().size()) {
        size = store.layers().size(image.diffIds().get(layer));
        layer++;
      }
      rows.add(
          new ImageHistory(
              MISSING, seconds(step.created()), step.createdBy(), List.of(), size, step.comment()));
    }
    if (rows.isEmpty()) {
      rows.add(new ImageHistory(MISSING, seconds(config.created()), "", List.of(), 0, ""));
    }
    ImageHistory last = rows.removeLast();
    rows.add(
        new ImageHistory(
            image.id().toString(),
            last.created,
            last.createdBy,
            ImageInspection.Names.of(store, image.id()).tags(),
            last.size,
            last.comment));
    return rows.reversed();
  }

  static long seconds(@Nullable String time) {
    if (time == null || time.isEmpty()) {
      return 0;
    }
    try {
      return Instant.parse(time).getEpochSecond();
    } catch (DateTimeParseException e) {
      return 0;
    }
  }
}
