package io.lighter.overlay;

import io.lighter.linux.FileStatus;

/**
 * Owner and permissions of the root folder that a stack of layers shows, which are those of its
 * uppermost layer: a new upper takes them over, because it is uppermost then.
 *
 * @param permissions 0 to 07777
 * @param uid 0 to 2^32-2
 * @param gid 0 to 2^32-2
 */
public record RootAttributes(int permissions, long uid, long gid) {

  /** The root folder of an image that does not say otherwise. */
  public static final RootAttributes DEFAULT = new RootAttributes(0755, 0, 0);

  static RootAttributes of(FileStatus status) {
    return new RootAttributes(status.permissions(), status.uid(), status.gid());
  }
}
