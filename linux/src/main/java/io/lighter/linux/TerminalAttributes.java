package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * How a terminal treats what is typed and printed: the kernel's struct termios. Not thread-safe.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/termios.3.html">termios(3)</a>
 */
public final class TerminalAttributes {
  public static final int IGNBRK = 0x1;
  public static final int BRKINT = 0x2;
  public static final int PARMRK = 0x8;
  public static final int ISTRIP = 0x20;
  public static final int INLCR = 0x40;
  public static final int IGNCR = 0x80;
  public static final int ICRNL = 0x100;
  public static final int IXON = 0x400;

  public static final int OPOST = 0x1;
  public static final int ONLCR = 0x4;

  public static final int CSIZE = 0x30;
  public static final int CS8 = 0x30;
  public static final int PARENB = 0x100;

  public static final int ISIG = 0x1;
  public static final int ICANON = 0x2;
  public static final int ECHO = 0x8;
  public static final int ECHONL = 0x40;
  public static final int IEXTEN = 0x8000;

  /** Bytes of struct termios as TCGETS takes it, and offsets in it: asm-generic/termbits.h. */
  static final int SIZE_OF = 36;

  private static final int IFLAG = 0;
  private static final int OFLAG = 4;
  private static final int CFLAG = 8;
  private static final int LFLAG = 12;
  private static final int CC = 17;
  private static final int VTIME = 5;
  private static final int VMIN = 6;

  private final MemorySegment memory;

  /** Makes room for attributes in the arena, all zero. */
  public TerminalAttributes(Arena arena) {
    memory = arena.allocate(SIZE_OF, Long.BYTES);
  }

  long address() {
    return memory.address();
  }

  /** Takes over all that another has. */
  public void copyFrom(TerminalAttributes other) {
    memory.copyFrom(other.memory);
  }

  /**
   * Lets every byte through as it is, at once, in both directions: cfmakeraw(3). Ctrl-C is a byte.
   */
  public void makeRaw() {
    clear(IFLAG, IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
    clear(OFLAG, OPOST);
    clear(LFLAG, ECHO | ECHONL | ICANON | ISIG | IEXTEN);
    clear(CFLAG, CSIZE | PARENB);
    memory.set(JAVA_INT, CFLAG, memory.get(JAVA_INT, CFLAG) | CS8);
    memory.set(JAVA_BYTE, CC + VMIN, (byte) 1);
    memory.set(JAVA_BYTE, CC + VTIME, (byte) 0);
  }

  private void clear(int offset, int bits) {
    memory.set(JAVA_INT, offset, memory.get(JAVA_INT, offset) & ~bits);
  }

  /** Returns the bits of input: IGNBRK to IXON. */
  public int inputFlags() {
    return memory.get(JAVA_INT, IFLAG);
  }

  /** Returns the bits of output: OPOST, ONLCR. */
  public int outputFlags() {
    return memory.get(JAVA_INT, OFLAG);
  }

  /** Returns the bits of the terminal itself: ISIG to IEXTEN. */
  public int localFlags() {
    return memory.get(JAVA_INT, LFLAG);
  }

  /** Sets the bits of input. */
  public void setInputFlags(int flags) {
    memory.set(JAVA_INT, IFLAG, flags);
  }

  /** Sets the bits of output. */
  public void setOutputFlags(int flags) {
    memory.set(JAVA_INT, OFLAG, flags);
  }

  /** Sets the bits of the terminal itself. */
  public void setLocalFlags(int flags) {
    memory.set(JAVA_INT, LFLAG, flags);
  }
}
