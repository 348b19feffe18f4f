package io.lighter.bench.exec;

import io.lighter.bench.machine.Workspace;
import io.lighter.bench.start.ContainerUnderTest;
import io.lighter.linux.Linux;
import io.lighter.linux.Signals;
import io.lighter.runtime.Stdio;
import io.lighter.runtime.lifecycle.ContainerStore;
import io.lighter.runtime.lifecycle.CreateOptions;
import io.lighter.runtime.lifecycle.Created;
import io.lighter.runtime.lifecycle.StoredContainer;
import io.lighter.runtime.spec.Bundle;
import io.lighter.runtime.spec.Spec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A container of ours that idles. */
final class OwnContainer implements AutoCloseable {
  /** What a container does that does nothing. */
  static final List<String> IDLE = List.of("/bin/sleep", "1000000");

  private final Linux linux = Linux.kernel();
  private final Created created;
  private final Spec spec;
  private final Path cgroup;

  /** Creates and starts it. */
  OwnContainer(Workspace workspace, ContainerUnderTest container) throws IOException {
    String name = "/" + workspace.cgroup().getFileName() + "/exec-lighter";
    this.cgroup = workspace.cgroup().resolve("exec-lighter");
    this.spec = container.spec(IDLE, workspace.lower(), name);
    Bundle bundle = new Bundle(workspace.folder("lighter"), spec, workspace.lower());
    ContainerStore store = ContainerStore.open(workspace.folder("lighter-state"));
    try (Stdio stdio = Stdio.discard()) {
      this.created = store.create("idle", bundle, CreateOptions.of(stdio));
    }
    created.container().start();
  }

  StoredContainer stored() {
    return created.container();
  }

  Spec spec() {
    return spec;
  }

  int pid() {
    return created.process().pid();
  }

  /** The folder of its cgroup. */
  Path cgroup() {
    return cgroup;
  }

  @Override
  public void close() {
    linux.processes().signal(created.process(), Signals.SIGKILL);
    linux.processes().waitFor(created.process());
    created.container().delete(false);
    created.close();
  }
}
