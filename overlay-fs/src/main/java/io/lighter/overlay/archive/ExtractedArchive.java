package io.lighter.overlay.archive;

import java.util.List;

/**
 * What an extraction did.
 *
 * @param entries of the archive, those that were skipped included
 * @param contentBytes written into files
 * @param archiveBytes read, from the first header to the end of the stream
 * @param remarks what was left out and why, one line each; at most {@link #MAX_REMARKS}
 */
public record ExtractedArchive(
    long entries, long contentBytes, long archiveBytes, List<String> remarks) {

  /** Further remarks are counted in the last one. */
  public static final int MAX_REMARKS = 100;
}
