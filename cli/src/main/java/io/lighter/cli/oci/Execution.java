package io.lighter.cli.oci;

import io.lighter.cli.flags.UsageException;
import io.lighter.cli.session.Joined;
import io.lighter.cli.session.SignalForwarding;
import io.lighter.cli.session.WindowRequest;
import io.lighter.linux.Linux;
import io.lighter.linux.Signals;
import io.lighter.linux.WindowSize;
import io.lighter.runtime.Stdio;
import io.lighter.runtime.lifecycle.ExecOptions;
import io.lighter.runtime.lifecycle.ExecProcess;
import io.lighter.runtime.lifecycle.StoredContainer;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.SpecReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** {@code exec}. */
final class Execution {
  private final Linux linux = Linux.kernel();
  private final ExecRequest request;
  private final StoredContainer container;
  private final PassedDescriptors passed;
  private final Process process;

  private Execution(
      ExecRequest request, StoredContainer container, PassedDescriptors passed, Process process) {
    this.request = request;
    this.container = container;
    this.passed = passed;
    this.process = process;
  }

  /** Starts a process, waits for its end unless it is detached, and returns its exit code. */
  static int run(ExecRequest request, Invocation call) throws IOException {
    Linux linux = Linux.kernel();
    StoredContainer container = call.container(request.id());
    Process process = process(request, container);
    Attachment.check(process.terminal(), request.detach(), request.consoleSocket());
    try (PassedDescriptors passed =
        PassedDescriptors.take(linux, call.caller().environment(), request.preserveFds())) {
      new Entrance(call, passed).into(container);
      Execution execution = new Execution(request, container, passed, passed.announcedTo(process));
      return request.detach() ? execution.detached() : execution.foreground();
    }
  }

  private static Process process(ExecRequest request, StoredContainer container)
      throws IOException {
    Path file = request.processFile();
    if (file == null) {
      Process first = container.spec().process();
      if (first == null) {
        throw new UsageException(
            "the configuration of " + request.id() + " has no process; give --process");
      }
      return request.from(first);
    }
    Process read = SpecReader.parseProcess(Files.readAllBytes(file));
    Boolean tty = request.tty();
    return tty == null ? read : read.with(p -> p.terminal = tty);
  }

  private ExecProcess start(@Nullable Stdio stdio, @Nullable WindowSize window) {
    return container.exec(
        new ExecOptions(
            process,
            stdio,
            window,
            passed.descriptors(),
            request.cgroup(),
            request.ignorePaused()));
  }

  private @Nullable DescriptorSocket pidfdSocket() {
    return DescriptorSocket.forPidfd(linux, request.pidfdSocket());
  }

  private int detached() throws IOException {
    try (DescriptorSocket console =
            DescriptorSocket.connect(linux, "console-socket", request.consoleSocket());
        DescriptorSocket pidfd = pidfdSocket();
        ExecProcess started =
            process.terminal()
                ? start(null, Attachment.window(process))
                : start(Attachment.OWN_STREAMS, null)) {
      try {
        DescriptorSocket.giveTerminal(console, started.terminal());
        DescriptorSocket.giveFurther(pidfd, started.process());
        PidFile.write(request.pidFile(), started.process().pid());
      } catch (IOException | RuntimeException e) {
        abandon(started);
        throw e;
      }
      return 0;
    }
  }

  private int foreground() throws IOException {
    WindowRequest window = new WindowRequest();
    SignalDelivery signals = new SignalDelivery(linux);
    try (SignalForwarding _ = SignalForwarding.to(signals, window);
        DescriptorSocket pidfd = pidfdSocket();
        Joined<ExecProcess> joined =
            process.terminal()
                ? Joined.terminal(linux, true, size -> start(null, size), ExecProcess::terminal)
                : Joined.piped(linux, true, stdio -> start(stdio, null));
        ExecProcess started = joined.process();
        // Last, so that it is closed first.
        signals) {
      signals.to(started.process());
      window.listen(joined.window());
      try {
        DescriptorSocket.giveFurther(pidfd, started.process());
        PidFile.write(request.pidFile(), started.process().pid());
      } catch (IOException | RuntimeException e) {
        abandon(started);
        throw e;
      }
      int status = linux.processes().waitFor(started.process()).shellStatus();
      joined.drain();
      window.listen(() -> {});
      return status;
    }
  }

  /** A process that could not be handed over is nobody's. */
  private void abandon(ExecProcess started) {
    linux.processes().signal(started.process(), Signals.SIGKILL);
    linux.processes().waitFor(started.process());
  }
}
