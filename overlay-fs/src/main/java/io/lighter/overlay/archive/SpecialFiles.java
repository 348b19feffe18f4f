package io.lighter.overlay.archive;

/** What becomes of entries that are devices or FIFOs. */
public enum SpecialFiles {
  /** They are made as the archive has them. */
  CREATE,
  /** They are left out, and told in {@link ExtractedArchive#remarks}. */
  SKIP,
  /** They are an error. */
  REFUSE
}
