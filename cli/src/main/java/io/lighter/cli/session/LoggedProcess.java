package io.lighter.cli.session;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.Pipe;
import io.lighter.runtime.Stdio;
import io.lighter.runtime.logs.ContainerLog;
import io.lighter.runtime.logs.LogPipes;
import io.lighter.runtime.logs.LogSources;
import io.lighter.runtime.logs.LogStream;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A process without a terminal whose output is logged, and comes to our own streams meanwhile. */
final class LoggedProcess<P> implements Joined<P> {
  private final P process;
  private final ContainerLog log;
  private final LiveOutput out;
  private final LiveOutput err;
  private final @Nullable Fd input;

  private LoggedProcess(
      Linux linux, P process, Pipe output, Pipe error, @Nullable Fd input, SessionLog kept) {
    this.process = process;
    this.input = input;
    this.out = new LiveOutput(linux.files(), LogStream.STDOUT, Fd.STANDARD_OUTPUT);
    this.err = new LiveOutput(linux.files(), LogStream.STDERR, Fd.STANDARD_ERROR);
    LogSources sources = LogSources.pipes(linux, output.read(), error.read());
    this.log = kept.add(sources, out.tap(), err.tap());
    if (input != null) {
      // Ends with this process: a read of our own standard input cannot be called off.
      Streams.copy("stdin", linux.files(), Fd.STANDARD_INPUT, input, input::close);
    }
  }

  static <P> LoggedProcess<P> start(
      Linux linux, boolean interactive, Function<Stdio, P> starter, SessionLog kept) {
    Pipe output = LogPipes.create(linux);
    Pipe error = LogPipes.create(linux);
    Pipe input = interactive ? linux.pipes().create(Fcntl.O_CLOEXEC) : null;
    try (Fd stdin =
        input != null
            ? input.read()
            : linux.files().openat(Fd.WORKING_FOLDER, "/dev/null", Fcntl.O_RDONLY, 0)) {
      P process = starter.apply(new Stdio(stdin, output.write(), error.write()));
      // Ours are closed, so that the log ends when the process' are.
      output.write().close();
      error.write().close();
      Fd toProcess = input == null ? null : input.write();
      return new LoggedProcess<>(linux, process, output, error, toProcess, kept);
    } catch (RuntimeException e) {
      output.close();
      error.close();
      if (input != null) {
        input.close();
      }
      throw e;
    }
  }

  @Override
  public P process() {
    return process;
  }

  @Override
  public Runnable window() {
    return () -> {};
  }

  @Override
  public void drain() {
    log.ended().join();
    out.drain();
    err.drain();
  }

  @Override
  public void close() {
    if (input != null) {
      input.close();
    }
  }
}
