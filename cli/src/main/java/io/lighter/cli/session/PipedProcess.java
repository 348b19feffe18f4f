package io.lighter.cli.session;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.Pipe;
import io.lighter.runtime.Stdio;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A process without a terminal: three pipes, or two and nothing to read. */
final class PipedProcess<P> implements Joined<P> {
  private final P process;
  private final Pipe output;
  private final Pipe error;
  private final @Nullable Fd input;
  private final Thread copyOutput;
  private final Thread copyError;

  private PipedProcess(Linux linux, P process, Pipe output, Pipe error, @Nullable Fd input) {
    this.process = process;
    this.output = output;
    this.error = error;
    this.input = input;
    this.copyOutput =
        Streams.copy("stdout", linux.files(), output.read(), Fd.STANDARD_OUTPUT, () -> {});
    this.copyError =
        Streams.copy("stderr", linux.files(), error.read(), Fd.STANDARD_ERROR, () -> {});
    if (input != null) {
      // Ends with this process: a read of our own standard input cannot be called off.
      Streams.copy("stdin", linux.files(), Fd.STANDARD_INPUT, input, input::close);
    }
  }

  static <P> PipedProcess<P> start(Linux linux, boolean interactive, Function<Stdio, P> starter) {
    Pipe output = linux.pipes().create(Fcntl.O_CLOEXEC);
    Pipe error = linux.pipes().create(Fcntl.O_CLOEXEC);
    Pipe input = interactive ? linux.pipes().create(Fcntl.O_CLOEXEC) : null;
    try (Fd stdin =
        input != null
            ? input.read()
            : linux.files().openat(Fd.WORKING_FOLDER, "/dev/null", Fcntl.O_RDONLY, 0)) {
      P process = starter.apply(new Stdio(stdin, output.write(), error.write()));
      // Ours are closed, so that the copying ends when the process' are.
      output.write().close();
      error.write().close();
      return new PipedProcess<>(
          linux, process, output, error, input == null ? null : input.write());
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
    Threads.join(copyOutput);
    Threads.join(copyError);
  }

  @Override
  public void close() {
    output.read().close();
    error.read().close();
    if (input != null) {
      input.close();
    }
  }
}
