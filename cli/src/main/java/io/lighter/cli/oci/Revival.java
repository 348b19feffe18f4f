package io.lighter.cli.oci;

import io.lighter.cli.session.Joined;
import io.lighter.cli.session.SignalForwarding;
import io.lighter.cli.session.WindowRequest;
import io.lighter.linux.ExitStatus;
import io.lighter.linux.Linux;
import io.lighter.linux.WindowSize;
import io.lighter.runtime.RestoreLaunch;
import io.lighter.runtime.Stdio;
import io.lighter.runtime.lifecycle.RestoreOptions;
import io.lighter.runtime.lifecycle.Restored;
import io.lighter.runtime.spec.Bundle;
import io.lighter.runtime.spec.Process;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** {@code restore}. */
final class Revival {
  private final Linux linux = Linux.kernel();
  private final RestoreRequest request;
  private final Invocation call;
  private final Bundle bundle;

  private Revival(RestoreRequest request, Invocation call) throws IOException {
    this.request = request;
    this.call = call;
    this.bundle = Bundle.open(request.bundle());
  }

  /** Makes a container again, and unless it is detached waits for its end. */
  static int run(RestoreRequest request, Invocation call) throws IOException {
    Revival revival = new Revival(request, call);
    Attachment.check(revival.hasTerminal(), request.detach(), request.consoleSocket());
    return request.detach() ? revival.detached() : revival.foreground();
  }

  private boolean hasTerminal() {
    Process process = bundle.spec().process();
    return process != null && process.terminal();
  }

  private Restored make(Stdio stdio) {
    RestoreLaunch.How how =
        new RestoreLaunch.How(
            request.settings(), stdio, request.lsmProfile(), request.lsmMountContext());
    RestoreOptions options = new RestoreOptions(how, call.options().systemdCgroup());
    return call.store().restore(request.id(), bundle, options);
  }

  /** Its streams are those of a terminal that CRIU makes. */
  private Restored withTerminal(WindowSize size) {
    try (Stdio nothing = Stdio.discard()) {
      Restored restored = make(nothing);
      if (restored.terminal() != null) {
        linux.terminals().setWindowSize(restored.terminal(), size);
      }
      return restored;
    }
  }

  private int detached() throws IOException {
    try (DescriptorSocket console =
            DescriptorSocket.connect(linux, "console-socket", request.consoleSocket());
        Restored restored =
            hasTerminal()
                ? withTerminal(Attachment.window(bundle.spec().process()))
                : make(Attachment.OWN_STREAMS)) {
      handOver(restored, console);
      return 0;
    }
  }

  private void handOver(Restored restored, @Nullable DescriptorSocket console) {
    try {
      DescriptorSocket.giveTerminal(console, restored.terminal());
      PidFile.write(request.pidFile(), restored.process().pid());
    } catch (IOException | RuntimeException e) {
      try {
        restored.container().delete(true);
      } catch (RuntimeException notDeleted) {
        e.addSuppressed(notDeleted);
      }
      throw e instanceof RuntimeException unchecked
          ? unchecked
          : new UncheckedIOException(e.getMessage(), (IOException) e);
    }
  }

  private int foreground() {
    WindowRequest window = new WindowRequest();
    SignalDelivery signals = new SignalDelivery(linux);
    try (SignalForwarding _ = SignalForwarding.to(signals, window);
        Joined<Restored> joined =
            hasTerminal()
                ? Joined.terminal(linux, true, this::withTerminal, Restored::terminal)
                : Joined.piped(linux, true, this::make);
        Restored restored = joined.process();
        signals) {
      window.listen(joined.window());
      handOver(restored, null);
      signals.to(restored.process());
      ExitStatus status = linux.processes().waitFor(restored.process());
      restored.container().delete(true);
      joined.drain();
      window.listen(() -> {});
      return status.shellStatus();
    }
  }
}
