package io.lighter.overlay;

import io.lighter.linux.FileStatus;

/** What makes two names the same file: the device and the inode number. */
record FileIdentity(long device, long inode) {

  static FileIdentity of(FileStatus status) {
    return new FileIdentity(status.dev(), status.ino());
  }
}
