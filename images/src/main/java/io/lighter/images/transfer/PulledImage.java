package io.lighter.images.transfer;

import io.lighter.images.Digest;
import io.lighter.images.store.ImageRecord;

/**
 * An image that was pulled.
 *
 * @param image as it is in the store
 * @param digest by which the registry has it: of the index where there is one
 * @param isNew whether the name stood for another image before, or for none
 */
public record PulledImage(ImageRecord image, Digest digest, boolean isNew) {}
