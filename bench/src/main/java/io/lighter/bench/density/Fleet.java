package io.lighter.bench.density;

import io.lighter.bench.machine.Workspace;
import io.lighter.bench.start.ContainerUnderTest;
import io.lighter.linux.Linux;
import io.lighter.runtime.Stdio;
import io.lighter.runtime.lifecycle.ContainerStore;
import io.lighter.runtime.lifecycle.CreateOptions;
import io.lighter.runtime.lifecycle.Created;
import io.lighter.runtime.lifecycle.StoredContainer;
import io.lighter.runtime.spec.Bundle;
import io.lighter.runtime.spec.Spec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Idle containers of ours in one store, as a daemon has them: with the process of each at hand. */
public final class Fleet implements AutoCloseable {
  /** What a container does that does nothing: a static program that sleeps. */
  public static final List<String> IDLE = List.of("/bin/sleep", "1000000");

  private final Linux linux = Linux.kernel();
  private final Workspace workspace;
  private final ContainerUnderTest container;
  private final Path state;
  private final ContainerStore store;
  private final Stdio nowhere = Stdio.discard();
  private final List<Created> running = new ArrayList<>();

  /** Opens the store. */
  public Fleet(Workspace workspace, ContainerUnderTest container) throws IOException {
    this.workspace = workspace;
    this.container = container;
    this.state = workspace.folder("lighter-state");
    this.store = ContainerStore.open(state);
  }

  /** Where the store is. */
  Path state() {
    return state;
  }

  ContainerStore store() {
    return store;
  }

  /** The configuration that the containers have, but for their cgroups. */
  public Spec spec() {
    return container.spec(IDLE, workspace.lower(), "");
  }

  /** The id of a container, by its number. */
  static String id(int number) {
    return "c" + number;
  }

  /** Creates and starts one more. */
  public StoredContainer add() throws IOException {
    String id = id(running.size());
    String cgroup = "/" + workspace.cgroup().getFileName() + "/lighter-" + id;
    Spec spec = container.spec(IDLE, workspace.lower(), cgroup);
    Bundle bundle = new Bundle(workspace.folder("lighter"), spec, workspace.lower());
    Created created = store.create(id, bundle, CreateOptions.of(nowhere));
    running.add(created);
    created.container().start();
    return created.container();
  }

  /** Ends and deletes the one that was added last. */
  void remove() {
    Created last = running.removeLast();
    last.container().delete(true);
    linux.processes().waitFor(last.process());
    last.close();
  }

  @Override
  public void close() {
    while (!running.isEmpty()) {
      remove();
    }
    nowhere.close();
  }
}
