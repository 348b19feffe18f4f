package io.lighter.cli.oci;

import io.lighter.cli.flags.Flags;
import io.lighter.runtime.lifecycle.LifecycleException;
import io.lighter.runtime.lifecycle.Status;
import io.lighter.runtime.lifecycle.StoredContainer;

/** {@code delete}. */
final class Deletion {
  private Deletion() {}

  static void delete(Flags flags, Invocation call) {
    String id = Operands.container(flags);
    boolean force = flags.isOn("force", false);
    StoredContainer container;
    try {
      container = call.container(id);
    } catch (LifecycleException e) {
      if (force) {
        // What is not there is deleted: callers clean up so after a create that failed.
        call.log().debug(String.valueOf(e.getMessage()));
        return;
      }
      throw e;
    }
    // runtime.md has it that a container must be stopped; but containerd deletes a task that was
    // never started so, as runc and crun let it.
    container.delete(force || container.state().status() == Status.CREATED);
  }
}
