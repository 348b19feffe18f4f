package io.lighter.overlay.archive;

import io.lighter.linux.Fcntl;

/** The types of files that tar has. */
enum EntryType {
  FILE('0', Fcntl.S_IFREG),
  HARD_LINK('1', 0),
  SYMBOLIC_LINK('2', Fcntl.S_IFLNK),
  CHARACTER_DEVICE('3', Fcntl.S_IFCHR),
  BLOCK_DEVICE('4', Fcntl.S_IFBLK),
  FOLDER('5', Fcntl.S_IFDIR),
  FIFO('6', Fcntl.S_IFIFO);

  /** The type in a header. */
  final char flag;

  /** The type in a mode; 0 for a hard link, which has that of its target. */
  final int mode;

  EntryType(char flag, int mode) {
    this.flag = flag;
    this.mode = mode;
  }

  boolean isDevice() {
    return this == CHARACTER_DEVICE || this == BLOCK_DEVICE;
  }
}
