package io.lighter.cli.oci;

import io.lighter.cli.session.Joined;
import io.lighter.cli.session.SignalForwarding;
import io.lighter.cli.session.WindowRequest;
import io.lighter.linux.ExitStatus;
import io.lighter.linux.Linux;
import io.lighter.linux.WindowSize;
import io.lighter.runtime.Stdio;
import io.lighter.runtime.lifecycle.CreateOptions;
import io.lighter.runtime.lifecycle.Created;
import io.lighter.runtime.lifecycle.StoredContainer;
import io.lighter.runtime.spec.Bundle;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.Spec;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** {@code create} and {@code run}. */
final class Creation {
  private final Linux linux = Linux.kernel();
  private final CreateRequest request;
  private final Invocation call;
  private final PassedDescriptors passed;
  private final Bundle bundle;
  private final boolean cgroupIfAllowed;

  private Creation(CreateRequest request, Invocation call, PassedDescriptors passed, Bundle bundle)
      throws IOException {
    this.request = request;
    this.call = call;
    this.passed = passed;
    this.bundle = bundle;
    this.cgroupIfAllowed = Entrance.cgroupIfAllowed(call);
  }

  /** Makes a container that waits for its start. */
  static void create(CreateRequest request, Invocation call) throws IOException {
    prepared(
        request,
        call,
        creation -> {
          creation.detached(false);
          return 0;
        });
  }

  /** Makes a container, starts it, and unless it is detached waits for its end. */
  static int run(CreateRequest request, Invocation call) throws IOException {
    return prepared(
        request,
        call,
        creation -> {
          if (!request.detach()) {
            return creation.foreground();
          }
          creation.detached(true);
          return 0;
        });
  }

  /** What is done when the bundle has been read. */
  @FunctionalInterface
  private interface Work {
    int carryOut(Creation creation) throws IOException;
  }

  private static int prepared(CreateRequest request, Invocation call, Work work)
      throws IOException {
    Linux linux = Linux.kernel();
    try (PassedDescriptors passed =
        PassedDescriptors.take(linux, call.caller().environment(), request.preserveFds())) {
      new Entrance(call, passed).forNewContainer();
      Bundle read = Bundle.open(request.bundle(), request.config());
      Process process = read.spec().process();
      Attachment.check(
          process != null && process.terminal(), request.detach(), request.consoleSocket());
      return work.carryOut(new Creation(request, call, passed, announced(read, passed, call)));
    }
  }

  private static Bundle announced(Bundle bundle, PassedDescriptors passed, Invocation call)
      throws IOException {
    Process process = bundle.spec().process();
    if (process == null) {
      return bundle;
    }
    Spec spec =
        Entrance.nested(bundle.spec(), call).with(s -> s.process = passed.announcedTo(process));
    return new Bundle(bundle.directory(), spec, bundle.rootfs());
  }

  private boolean hasTerminal() {
    Process process = bundle.spec().process();
    return process != null && process.terminal();
  }

  private Created make(@Nullable Stdio stdio, @Nullable WindowSize window) {
    CreateOptions options =
        new CreateOptions(
            stdio,
            window,
            passed.descriptors(),
            request.newKeyring(),
            cgroupIfAllowed,
            call.options().systemdCgroup(),
            Readiness.isWanted(call.caller().environment()));
    Created created = call.store().create(request.id(), bundle, options);
    created.warnings().forEach(call.log()::warning);
    return created;
  }

  private @Nullable DescriptorSocket pidfdSocket() {
    return DescriptorSocket.forPidfd(linux, request.pidfdSocket());
  }

  private void detached(boolean start) throws IOException {
    try (DescriptorSocket console =
            DescriptorSocket.connect(linux, "console-socket", request.consoleSocket());
        DescriptorSocket pidfd = pidfdSocket();
        Created created =
            hasTerminal()
                ? make(null, Attachment.window(bundle.spec().process()))
                : make(Attachment.OWN_STREAMS, null)) {
      finish(
          created.container(),
          () -> {
            DescriptorSocket.giveTerminal(console, created.terminal());
            DescriptorSocket.giveFirst(pidfd, created.process());
            PidFile.write(request.pidFile(), created.process().pid());
            if (start) {
              start(created.container(), created.process().pid());
            }
          });
    }
  }

  private void start(StoredContainer container, int pid) {
    try (Readiness readiness = Readiness.of(linux, container, call)) {
      container.start();
      Readiness.await(readiness, pid);
    }
  }

  private int foreground() {
    WindowRequest window = new WindowRequest();
    SignalDelivery signals = new SignalDelivery(linux);
    // Before the start: a signal that comes between it and our listening would end us alone.
    try (SignalForwarding _ = SignalForwarding.to(signals, window);
        DescriptorSocket pidfd = pidfdSocket();
        Joined<Created> joined =
            hasTerminal()
                ? Joined.terminal(linux, true, size -> make(null, size), Created::terminal)
                : Joined.piped(linux, true, stdio -> make(stdio, null));
        Created created = joined.process();
        Readiness readiness = Readiness.of(linux, created.container(), call);
        // Last, so that it is closed first.
        signals) {
      window.listen(joined.window());
      StoredContainer container = created.container();
      finish(
          container,
          () -> {
            DescriptorSocket.giveFirst(pidfd, created.process());
            PidFile.write(request.pidFile(), created.process().pid());
            container.start();
            Readiness.watch(readiness);
          });
      signals.to(created.process());
      ExitStatus status = linux.processes().waitFor(created.process());
      if (!request.keep()) {
        // What the first process left running ends now, and with it what still writes.
        container.delete(true);
      }
      joined.drain();
      window.listen(() -> {});
      return status.shellStatus();
    }
  }

  /** What is left to do with a container that has been made. */
  @FunctionalInterface
  private interface Rest {
    void carryOut() throws IOException;
  }

  /** A container that could not be handed over is nobody's: nothing of it stays. */
  private static void finish(StoredContainer container, Rest rest) {
    try {
      rest.carryOut();
    } catch (IOException | RuntimeException e) {
      try {
        container.delete(true);
      } catch (RuntimeException notDeleted) {
        e.addSuppressed(notDeleted);
      }
      throw e instanceof RuntimeException unchecked
          ? unchecked
          : new UncheckedIOException(e.getMessage(), (IOException) e);
    }
  }
}
