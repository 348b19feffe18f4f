package io.lighter.images.build;

import io.lighter.images.Digest;
import io.lighter.images.build.files.FileTree;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Files that an instruction uses, open.
 *
 * @param layers what they are, null for a context, of which nobody knows it beforehand
 * @param release what is closed at the end
 */
record OpenedTree(FileTree tree, @Nullable List<Digest> layers, Runnable release)
    implements AutoCloseable {
  @Override
  public void close() {
    release.run();
  }
}
