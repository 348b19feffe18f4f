package io.lighter.cli.oci;

import io.lighter.cli.systemd.SystemdConnector;
import io.lighter.runtime.lifecycle.ContainerStore;
import io.lighter.runtime.lifecycle.LifecycleException;
import io.lighter.runtime.lifecycle.StoredContainer;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * One call of {@code lighter oci}: what stands around its command.
 *
 * @param options those before the command
 * @param caller who calls
 * @param log where errors and warnings go
 */
record Invocation(GlobalOptions options, Caller caller, OciLog log) {

  /** Whose call it is. */
  CallerUser user() {
    return CallerUser.look(caller.environment());
  }

  /** The working folder that relative paths count from. */
  Path folder() {
    return caller.folder();
  }

  /** Standard output. */
  PrintStream out() {
    return caller.out();
  }

  /** The store of the containers. */
  ContainerStore store() {
    return ContainerStore.open(
        options.root(), () -> new SystemdConnector(environmentForSystemd()).get());
  }

  /** Who has become root of a user namespace still has the systemd of the user. */
  private Map<String, String> environmentForSystemd() {
    String uid = caller.environment().get(CallerUser.ENTERED_FOR);
    if (uid == null) {
      return caller.environment();
    }
    Map<String, String> environment = new HashMap<>(caller.environment());
    environment.putIfAbsent("XDG_RUNTIME_DIR", "/run/user/" + uid);
    return environment;
  }

  /**
   * A container of the store.
   *
   * @throws LifecycleException when there is none, in words that containerd and dockerd look for
   */
  StoredContainer container(String id) {
    try {
      return store().get(id);
    } catch (LifecycleException e) {
      throw new LifecycleException("container does not exist: " + e.getMessage(), e);
    }
  }
}
