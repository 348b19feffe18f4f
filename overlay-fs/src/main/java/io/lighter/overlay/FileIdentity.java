package io.lighter.overlay;

import io.lighter.linux.FileStatus;

/** What makes two names the same file: the device and the inode number. */
public record FileIdentity(long device, long inode) {

  /** Returns the identity of a file by what statx says of it. */
  public static FileIdentity of(FileStatus status) {
    return new FileIdentity(status.dev(), status.ino());
  }
}
