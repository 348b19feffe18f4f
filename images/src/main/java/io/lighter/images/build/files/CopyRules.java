package io.lighter.images.build.files;

import org.jspecify.annotations.Nullable;

/**
 * What becomes of files that are copied.
 *
 * @param owner who owns them and the folders that are made for them; null for who owned them, and
 *     root for the folders
 * @param mode permissions, null for those they had
 */
public record CopyRules(@Nullable Owner owner, @Nullable FileMode mode) {
  /** As they were. */
  public static final CopyRules AS_THEY_ARE = new CopyRules(null, null);

  /**
   * A user and a group.
   *
   * @param uid 0 to 2^32-2
   * @param gid 0 to 2^32-2
   */
  public record Owner(long uid, long gid) {
    /** 0 and 0. */
    public static final Owner ROOT = new Owner(0, 0);
  }
}
