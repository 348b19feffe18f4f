package io.lighter.images.transfer;

/**
 * A step of an operation, in Docker's words.
 *
 * @param id of the part that it is about, such as the first digits of a layer; "" for all
 * @param status {@code Downloading}, {@code Pull complete}, ...
 * @param current bytes done; 0 where none are counted
 * @param total bytes to do; 0 when that is not known
 */
public record ProgressEvent(String id, String status, long current, long total) {}
