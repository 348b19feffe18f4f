package io.lighter.images.build;

import io.lighter.images.Descriptor;
import io.lighter.images.manifest.ImageConfig;
import io.lighter.images.store.ImageRecord;
import org.jspecify.annotations.Nullable;

/**
 * What a build came to.
 *
 * @param config of the image, of the first one where there are several
 * @param image as the store has it, null when the build was not kept there
 * @param index of the images of several platforms, or of one and what attests it; null for none
 */
public record BuildResult(
    ImageConfig config, @Nullable ImageRecord image, @Nullable Descriptor index) {
  BuildResult(ImageConfig config, @Nullable ImageRecord image) {
    this(config, image, null);
  }
}
