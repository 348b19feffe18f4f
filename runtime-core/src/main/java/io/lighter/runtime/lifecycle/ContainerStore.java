package io.lighter.runtime.lifecycle;

import io.lighter.linux.Linux;
import io.lighter.runtime.spec.Bundle;
import java.nio.file.Path;
import java.util.List;

/**
 * A folder of containers, each with its state in a folder of its own below it.
 *
 * <p>Any number of processes may use one store at once. Safe for use by many threads.
 */
@SuppressWarnings({"DoNotCallSuggester", "ObjectToString"}) // until it is written
public final class ContainerStore {
  private final Linux linux;
  private final Path root;

  private ContainerStore(Linux linux, Path root) {
    this.linux = linux;
    this.root = root;
  }

  /**
   * Opens a store; its folder is made with mode 0700 when a first container is.
   *
   * @param root absolute
   */
  public static ContainerStore open(Path root) {
    return new ContainerStore(Linux.kernel(), root);
  }

  /**
   * Makes a container: all of it is there afterwards but the user's program, which waits for {@link
   * StoredContainer#start}.
   *
   * @param id letters, digits and {@code _+-.}, as runc has it
   * @throws LifecycleException when there is one of that id
   * @throws io.lighter.runtime.StartException when it cannot be made; nothing is left of it then
   */
  public Created create(String id, Bundle bundle, CreateOptions options) {
    throw new UnsupportedOperationException(linux + " " + root + " is being written");
  }

  /**
   * Returns a container.
   *
   * @throws LifecycleException when there is none of that id
   */
  public StoredContainer get(String id) {
    throw new UnsupportedOperationException("is being written");
  }

  /** Returns the states of all containers, in the order of their ids. */
  public List<ContainerState> list() {
    throw new UnsupportedOperationException("is being written");
  }
}
