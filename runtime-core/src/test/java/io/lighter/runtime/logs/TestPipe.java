package io.lighter.runtime.logs;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.Pipe;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A pipe of a container that a test plays: it writes as the container does. */
public final class TestPipe implements AutoCloseable {
  private final Linux linux;
  private final Pipe pipe;

  public TestPipe(Linux linux) {
    this(linux, LogPipes.create(linux));
  }

  TestPipe(Linux linux, Pipe pipe) {
    this.linux = linux;
    this.pipe = pipe;
  }

  public Fd read() {
    return pipe.read();
  }

  public Fd write() {
    return pipe.write();
  }

  public TestPipe write(String text) {
    return write(text.getBytes(UTF_8));
  }

  /** Writes all of it, and waits while the pipe is full. */
  public TestPipe write(byte[] bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment all = arena.allocateFrom(JAVA_BYTE, bytes);
      long written = 0;
      while (written < bytes.length) {
        written += linux.files().write(pipe.write(), all.asSlice(written));
      }
    }
    return this;
  }

  /** Closes the container's end. */
  public void end() {
    pipe.write().close();
  }

  @Override
  public void close() {
    pipe.close();
  }
}
