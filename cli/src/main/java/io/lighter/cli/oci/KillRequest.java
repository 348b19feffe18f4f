package io.lighter.cli.oci;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.InvalidValueException;
import io.lighter.cli.flags.UsageException;
import io.lighter.cli.options.SignalName;
import io.lighter.runtime.lifecycle.LifecycleException;
import io.lighter.runtime.lifecycle.StoredContainer;
import java.util.List;

/**
 * {@code kill}.
 *
 * @param id of the container
 * @param signal its number
 * @param all whether every process of the container gets it
 */
record KillRequest(String id, int signal, boolean all) {
  static KillRequest read(Flags flags) {
    List<String> operands = Operands.all(flags, 1, 2);
    String signal = operands.size() < 2 ? "TERM" : operands.get(1);
    try {
      return new KillRequest(
          operands.getFirst(), SignalName.parse(signal), flags.isOn("all", false));
    } catch (InvalidValueException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Sends it.
   *
   * @throws LifecycleException when its one process runs no more, in the words by which containerd
   *     and dockerd tell that from a failure
   */
  void carryOut(Invocation call) {
    StoredContainer container = call.container(id);
    try {
      container.kill(signal, all);
    } catch (LifecycleException e) {
      if (all) {
        // Nobody is left whom it could reach. containerd asks so after each end, and runc agrees.
        call.log().debug(String.valueOf(e.getMessage()));
        return;
      }
      throw new LifecycleException("container not running: " + e.getMessage(), e);
    }
  }
}
