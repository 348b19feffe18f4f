package io.lighter.overlay.archive;

/**
 * What an archive may have at most. One that has more is refused as soon as it shows.
 *
 * <p>The heap that an extraction needs grows with its folders, by some 150 bytes each, and where
 * whiteouts are applied directly with all entries; so these limits bound it.
 *
 * @param maxEntries headers of any kind, those of extended headers included; 1 and more
 * @param maxArchiveBytes of the uncompressed archive, headers, padding and end included
 * @param maxFileBytes of one file, its holes included
 * @param maxHeaderBytes of the extended headers of one entry: names, attributes, a map of holes
 * @param maxDepth components of a name; 1 to 2048, which are as many as fit into PATH_MAX
 */
public record ExtractionLimits(
    long maxEntries, long maxArchiveBytes, long maxFileBytes, int maxHeaderBytes, int maxDepth) {

  /** A million entries, 64 GiB, 1 MiB of extended headers, 256 folders deep. */
  public static final ExtractionLimits DEFAULTS =
      new ExtractionLimits(1L << 20, 64L << 30, 64L << 30, 1 << 20, 256);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException names what is out of range
   */
  public ExtractionLimits {
    require(maxEntries >= 1, "maxEntries", maxEntries);
    require(maxArchiveBytes >= 1, "maxArchiveBytes", maxArchiveBytes);
    require(maxFileBytes >= 0, "maxFileBytes", maxFileBytes);
    require(maxHeaderBytes >= 512 && maxHeaderBytes <= 1 << 28, "maxHeaderBytes", maxHeaderBytes);
    require(maxDepth >= 1 && maxDepth <= 2048, "maxDepth", maxDepth);
  }

  private static void require(boolean holds, String limit, long value) {
    if (!holds) {
      throw new IllegalArgumentException(limit + " is out of range: " + value);
    }
  }
}
