package io.lighter.runtime.spec;

/**
 * Limit of huge pages of one size.
 *
 * @param pageSize such as {@code 2MB}
 * @param limit bytes, unsigned
 */
public record HugepageLimit(String pageSize, long limit) {}
