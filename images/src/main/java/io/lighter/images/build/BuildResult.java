package io.lighter.images.build;

import io.lighter.images.manifest.ImageConfig;
import io.lighter.images.store.ImageRecord;
import org.jspecify.annotations.Nullable;

/**
 * What a build came to.
 *
 * @param config of the image
 * @param image as the store has it, null when the build was not kept there
 */
public record BuildResult(ImageConfig config, @Nullable ImageRecord image) {}
