package io.lighter.overlay.archive;

/**
 * Turns the owners of one side into those of the other: of the archive into those of the files when
 * extracting, of the files into those of the archive when writing. Safe for use by many threads.
 */
public interface OwnerMapping {

  /** Owners are the same on both sides. */
  OwnerMapping IDENTITY =
      new OwnerMapping() {
        @Override
        public long uid(long uid) {
          return uid;
        }

        @Override
        public long gid(long gid) {
          return gid;
        }
      };

  /** Everything belongs to one user and group, 0 to 2^32-2. */
  static OwnerMapping all(long uid, long gid) {
    return new OwnerMapping() {
      @Override
      public long uid(long ignored) {
        return uid;
      }

      @Override
      public long gid(long ignored) {
        return gid;
      }
    };
  }

  /**
   * Maps a user.
   *
   * @param uid 0 to 2^32-2
   * @return 0 to 2^32-2
   * @throws IllegalArgumentException when the user has none on the other side
   */
  long uid(long uid);

  /** Maps a group, as {@link #uid}. */
  long gid(long gid);
}
