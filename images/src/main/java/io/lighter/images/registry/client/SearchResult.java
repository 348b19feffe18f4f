package io.lighter.images.registry.client;

/**
 * A repository that a search has found.
 *
 * @param name as people pull it: {@code busybox}, {@code bitnami/nginx}
 * @param description of its owner; may be empty
 * @param stars of users
 * @param official whether Docker keeps it
 * @param automated whether it was built from a repository of sources
 */
public record SearchResult(
    String name, String description, int stars, boolean official, boolean automated) {}
