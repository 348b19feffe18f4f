package io.lighter.overlay.archive;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The bytes of an archive that is written, counted and digested on the way. Not thread-safe. */
final class TarOutput {
  private static final int BUFFER_SIZE = 256 * 1024;

  /** Two blocks of zeros. */
  private static final int END_SIZE = 2 * HeaderBlock.SIZE;

  private final OutputStream out;
  private final MessageDigest digest;
  private final byte[] buffer = new byte[BUFFER_SIZE];
  private int used;
  private long flushed;

  TarOutput(OutputStream out) {
    this.out = out;
    try {
      this.digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  long position() {
    return flushed + used;
  }

  void write(byte[] bytes) throws IOException {
    write(MemorySegment.ofArray(bytes), bytes.length);
  }

  void write(MemorySegment bytes, long length) throws IOException {
    for (long done = 0; done < length; ) {
      int some = (int) Math.min(length - done, room());
      MemorySegment.copy(bytes, JAVA_BYTE, done, buffer, used, some);
      used += some;
      done += some;
    }
  }

  /** Fills the last block with zeros. */
  void pad() throws IOException {
    zeros((int) (-position() & (HeaderBlock.SIZE - 1)));
  }

  private void zeros(int count) throws IOException {
    write(new byte[count]);
  }

  private int room() throws IOException {
    if (used == buffer.length) {
      flush();
    }
    return buffer.length - used;
  }

  private void flush() throws IOException {
    digest.update(buffer, 0, used);
    out.write(buffer, 0, used);
    flushed += used;
    used = 0;
  }

  /** Writes the end mark and all that is left; returns the SHA-256 of all bytes. */
  byte[] finish() throws IOException {
    zeros(END_SIZE);
    flush();
    out.flush();
    return digest.digest();
  }
}
