package io.lighter.images.build;

/**
 * What is told of how an image was built.
 *
 * @param all also build arguments, labels, the names of secrets and the Dockerfile
 * @param builderId who built it, an address; may be empty
 * @param reproducible whether it is said that another build makes the same
 */
public record ProvenanceOptions(boolean all, String builderId, boolean reproducible) {}
