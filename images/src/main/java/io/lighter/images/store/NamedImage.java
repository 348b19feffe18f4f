package io.lighter.images.store;

import io.lighter.images.Descriptor;
import io.lighter.images.Digest;
import io.lighter.images.reference.Reference;

/**
 * A name and what it stands for.
 *
 * @param name with a tag, or with the digest by which a registry has the image
 * @param id of the image
 * @param manifest by which it came under that name
 */
public record NamedImage(Reference name, Digest id, Descriptor manifest) {}
