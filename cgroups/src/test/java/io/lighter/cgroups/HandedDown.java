package io.lighter.cgroups;

import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import java.util.Set;

/** A controller that the root of the tree hands down while this is open, if it did not before. */
final class HandedDown implements AutoCloseable {
  private static final String FILE = "cgroup.subtree_control";

  private final CgroupTree tree = CgroupTree.locate(Linux.kernel());
  private final Controller controller;
  private final boolean before;

  private HandedDown(Controller controller) {
    this.controller = controller;
    before = Controller.parse(tree.files().read(Fd.WORKING_FOLDER, file())).contains(controller);
    try (Cgroup root = tree.root()) {
      root.enable(Set.of(controller));
    }
  }

  static HandedDown byTheRoot(Controller controller) {
    return new HandedDown(controller);
  }

  private String file() {
    return tree.mountPoint() + "/" + FILE;
  }

  @Override
  public void close() {
    if (before) {
      return;
    }
    try {
      tree.files().write(Fd.WORKING_FOLDER, file(), "-" + controller);
    } catch (LinuxException inUse) {
      // Somebody else's cgroup hands it down by now: then it is theirs to keep.
      return;
    }
  }
}
