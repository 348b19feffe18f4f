package io.lighter.runtime.logs.folder;

import java.nio.file.Path;

/** Somebody else writes to the folder of a log; the message names the folder and who it is. */
public final class FolderLockedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  FolderLockedException(Path folder, String holder) {
    super(
        "the log in "
            + folder
            + " is being written by "
            + holder
            + ": one process at a time may write a log");
  }
}
