package io.lighter.runtime.lifecycle;

import static org.awaitility.Awaitility.await;

import io.lighter.linux.Linux;
import io.lighter.linux.PidFd;
import io.lighter.linux.Signals;
import io.lighter.runtime.Stdio;
import io.lighter.runtime.criu.CriuSettings;
import io.lighter.runtime.spec.Bundle;
import io.lighter.runtime.spec.Process;
import io.lighter.testing.TestCriu;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A store, a bundle of busybox and a criu, for containers that are written down. */
final class Checkpoints {
  /** Counts in memory, and tells how far it is. */
  static final String COUNT =
      "i=0; while :; do i=$((i+1)); echo $i >/tmp/n.new; mv /tmp/n.new /tmp/n; sleep 0.05; done";

  private final Linux linux = Linux.kernel();
  private final Path folder;
  private final Path criu;
  private final ContainerStore store;
  private final BusyboxBundle files;

  Checkpoints(Path folder) throws IOException, InterruptedException {
    this.folder = folder;
    this.criu = TestCriu.find();
    this.store = ContainerStore.open(folder.resolve("store"));
    this.files = new BusyboxBundle(folder, "sh", "sleep", "cat", "echo", "mv", "true", "test");
  }

  ContainerStore store() {
    return store;
  }

  BusyboxBundle files() {
    return files;
  }

  Path criu() {
    return criu;
  }

  CriuSettings settings(String images) {
    return CriuSettings.of(folder.resolve(images)).withProgram(criu);
  }

  Bundle counting() throws IOException {
    return files.of(spec -> {}, "sh", "-c", COUNT);
  }

  Created run(Bundle bundle) {
    try (Stdio stdio = files.stdio()) {
      Created created = store.create("c", bundle, CreateOptions.of(stdio));
      created.container().start();
      return created;
    }
  }

  /** Writes a container down that ends by it, and is deleted. */
  void checkpoint(Created created, String images) {
    created.container().checkpoint(settings(images), false);
    created.waitFor();
    created.container().delete(false);
  }

  Restored restore(String id, Bundle bundle, String images) {
    return restore(id, bundle, settings(images));
  }

  Restored restore(String id, Bundle bundle, CriuSettings settings) {
    try (Stdio stdio = files.stdio()) {
      return store.restore(id, bundle, RestoreOptions.of(settings, stdio));
    }
  }

  int count() throws IOException {
    return Integer.parseInt(Files.readString(files.rootfs().resolve("tmp/n")).strip());
  }

  void awaitCount(int least) {
    await().ignoreExceptions().until(() -> count() >= least);
  }

  void end(StoredContainer container, PidFd process) {
    linux.processes().signal(process, Signals.SIGKILL);
    linux.processes().waitFor(process);
    container.delete(false);
  }

  ExecProcess start(StoredContainer container, String... command) {
    Process process = Process.of(List.of(command)).with(p -> p.env = List.of("PATH=/bin"));
    try (Stdio stdio = files.stdio()) {
      return container.exec(ExecOptions.of(process, stdio));
    }
  }

  int exec(StoredContainer container, String... command) {
    try (ExecProcess started = start(container, command)) {
      return linux.processes().waitFor(started.process()).shellStatus();
    }
  }
}
