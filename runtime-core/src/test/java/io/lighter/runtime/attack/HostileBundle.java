package io.lighter.runtime.attack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.linux.ExitStatus;
import io.lighter.linux.Linux;
import io.lighter.linux.Signals;
import io.lighter.runtime.Stdio;
import io.lighter.runtime.lifecycle.BusyboxBundle;
import io.lighter.runtime.lifecycle.ContainerStore;
import io.lighter.runtime.lifecycle.CreateOptions;
import io.lighter.runtime.lifecycle.Created;
import io.lighter.runtime.lifecycle.ExecOptions;
import io.lighter.runtime.lifecycle.ExecProcess;
import io.lighter.runtime.lifecycle.StoredContainer;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.Spec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * A bundle of busybox that tests put their attacks into, and the containers that are made of it.
 */
final class HostileBundle {
  private static final List<String> PROGRAMS =
      List.of(
          "sh",
          "sleep",
          "true",
          "cat",
          "echo",
          "grep",
          "head",
          "id",
          "ls",
          "mkdir",
          "mknod",
          "mount",
          "pwd",
          "readlink",
          "stat",
          "touch");

  private final Linux linux = Linux.kernel();
  private final BusyboxBundle bundle;
  private final ContainerStore store;

  /** Makes the bundle and a store of containers in an empty folder. */
  HostileBundle(Path folder) throws IOException {
    this.bundle = new BusyboxBundle(folder, PROGRAMS.toArray(String[]::new));
    this.store = ContainerStore.open(folder.resolve("store"));
  }

  Path rootfs() {
    return bundle.rootfs();
  }

  ContainerStore store() {
    return store;
  }

  /** Returns the specification of Docker's default container with this command. */
  static Spec spec(Consumer<Spec.Draft> change, String... command) {
    return BusyboxBundle.spec(change, command);
  }

  Created create(String id, Spec spec) throws IOException {
    try (Stdio stdio = stdio()) {
      return store.create(id, bundle.of(spec), CreateOptions.of(stdio));
    }
  }

  /** Makes a container that sleeps, and starts it. */
  Created start(Consumer<Spec.Draft> change) throws IOException {
    Created created = create("c", spec(change, "sleep", "600"));
    created.container().start();
    return created;
  }

  /** Returns a process of the default container, with its capabilities and without its filter. */
  static Process process(Consumer<Process.Draft> change, String... command) {
    Process of = Objects.requireNonNull(spec(s -> {}, command).process());
    return of.with(p -> p.env = List.of("PATH=/bin")).with(change);
  }

  /** Runs a further process and returns what it wrote. */
  String exec(StoredContainer container, Process process) throws IOException {
    Files.writeString(bundle.out(), "");
    try (Stdio stdio = stdio();
        ExecProcess started = container.exec(ExecOptions.of(process, stdio))) {
      ExitStatus status = linux.processes().waitFor(started.process());
      String written = output();
      assertThat(status.signal()).as(written).isZero();
      return written;
    }
  }

  String exec(StoredContainer container, String... command) throws IOException {
    return exec(container, process(p -> {}, command));
  }

  void end(Created created) {
    linux.processes().signal(created.process(), Signals.SIGKILL);
    linux.processes().waitFor(created.process());
    created.container().delete(false);
  }

  /** Returns what the containers wrote, one character a byte. */
  String output() throws IOException {
    return Files.readString(bundle.out(), ISO_8859_1);
  }

  Stdio stdio() {
    return bundle.stdio();
  }
}
