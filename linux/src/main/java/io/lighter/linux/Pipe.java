package io.lighter.linux;

/**
 * The two ends of a pipe.
 *
 * @param read where it is read
 * @param write where it is written
 */
public record Pipe(Fd read, Fd write) implements AutoCloseable {
  @Override
  public void close() {
    write.close();
    read.close();
  }
}
