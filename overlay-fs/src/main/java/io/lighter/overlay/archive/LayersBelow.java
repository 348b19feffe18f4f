package io.lighter.overlay.archive;

import io.lighter.linux.Fd;
import io.lighter.linux.Name;
import io.lighter.overlay.FileIdentity;

/** What whiteouts hide: the files of the layers below, wherever those are. */
interface LayersBelow {

  /** There are none, and nothing hides anything. */
  LayersBelow NONE =
      new LayersBelow() {
        @Override
        public void hide(Fd folder, FileIdentity identity, Name name) {}

        @Override
        public void hideAll(Fd folder, FileIdentity identity) {}

        @Override
        public void placed(FileIdentity folder, Name name) {}

        @Override
        public boolean replaceByFolder(Fd folder, Name name) {
          return false;
        }

        @Override
        public boolean isMark(Fd folder, Name name) {
          return false;
        }
      };

  /** Hides what the layers below have of a name; what the archive has put there stays. */
  void hide(Fd folder, FileIdentity identity, Name name);

  /** Hides all that the layers below have in a folder; what the archive has put there stays. */
  void hideAll(Fd folder, FileIdentity identity);

  /** Notes that the archive has put something there. */
  void placed(FileIdentity folder, Name name);

  /**
   * Makes a folder of what only says that a name is hidden.
   *
   * @return false when there is something else, and nothing was done
   */
  boolean replaceByFolder(Fd folder, Name name);

  /** Returns whether what is there only says that a name is hidden. */
  boolean isMark(Fd folder, Name name);
}
