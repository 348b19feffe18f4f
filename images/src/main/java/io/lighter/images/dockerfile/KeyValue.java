package io.lighter.images.dockerfile;

/**
 * A pair of ENV or LABEL, as written: with its quotes and variables.
 *
 * @param legacy it was written as {@code KEY VALUE}, without an equals sign
 */
public record KeyValue(String key, String value, boolean legacy) {}
