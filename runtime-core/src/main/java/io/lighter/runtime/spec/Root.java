package io.lighter.runtime.spec;

/**
 * The root file system.
 *
 * @param path a folder on the host, absolute or relative to the bundle
 * @param readonly whether the container sees it read-only
 */
public record Root(String path, boolean readonly) {}
