package io.lighter.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Machine code as a file that the kernel executes: no interpreter, no library.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/elf.5.html">elf(5)</a>
 */
public final class StaticExecutable {
  private static final long ADDRESS = 0x400000;
  private static final int ELF_HEADER = 64;
  private static final int PROGRAM_HEADER = 56;
  private static final int CODE = ELF_HEADER + 2 * PROGRAM_HEADER;

  private static final byte ELFCLASS64 = 2;
  private static final byte ELFDATA2LSB = 1;
  private static final byte EV_CURRENT = 1;
  private static final short ET_EXEC = 2;
  private static final short EM_X86_64 = 62;
  private static final short EM_AARCH64 = 183;
  private static final int PT_LOAD = 1;
  private static final int PT_GNU_STACK = 0x6474e551;
  private static final int PF_X = 1;
  private static final int PF_W = 2;
  private static final int PF_R = 4;

  /** The largest page that either architecture may have. */
  private static final long PAGE = 0x10000;

  private static final long STACK_ALIGNMENT = 16;

  private StaticExecutable() {}

  /**
   * Returns the executable: one segment that is read and executed, and a stack that is not.
   *
   * @param code starts at its first byte, is position-independent and writes to nothing but its
   *     stack
   */
  public static byte[] of(Architecture architecture, byte[] code) {
    int size = CODE + code.length;
    ByteBuffer file = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    header(file, architecture);
    programHeader(file, PT_LOAD, PF_R | PF_X, ADDRESS, size, PAGE);
    // Without it, some kernels make the stack executable.
    programHeader(file, PT_GNU_STACK, PF_R | PF_W, 0, 0, STACK_ALIGNMENT);
    return file.put(code).array();
  }

  private static void header(ByteBuffer file, Architecture architecture) {
    file.put(new byte[] {0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT});
    file.position(16); // the rest says System V, and that it does not matter
    file.putShort(ET_EXEC);
    file.putShort(
        switch (architecture) {
          case X86_64 -> EM_X86_64;
          case AARCH64 -> EM_AARCH64;
        });
    file.putInt(EV_CURRENT);
    file.putLong(ADDRESS + CODE);
    file.putLong(ELF_HEADER); // where the program headers are
    file.putLong(0); // no section headers
    file.putInt(0);
    file.putShort((short) ELF_HEADER);
    file.putShort((short) PROGRAM_HEADER);
    file.putShort((short) 2);
    file.putShort((short) 0);
    file.putShort((short) 0);
    file.putShort((short) 0);
  }

  /** All of the file from its start, or nothing of it. */
  private static void programHeader(
      ByteBuffer file, int type, int flags, long address, long size, long alignment) {
    file.putInt(type).putInt(flags);
    file.putLong(0).putLong(address).putLong(address);
    file.putLong(size).putLong(size);
    file.putLong(alignment);
  }
}
