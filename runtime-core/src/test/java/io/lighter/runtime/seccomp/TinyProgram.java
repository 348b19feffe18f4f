package io.lighter.runtime.seccomp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Executables for x86 that make one system call, by any number and with whole registers, and exit
 * with what it returned, negated: with the errno if it failed.
 */
final class TinyProgram {
  private static final int BASE = 0x10000;

  private TinyProgram() {}

  /** Writes a 64-bit program. */
  static void write64(Path file, int number, long... arguments) throws IOException {
    ByteBuffer code = buffer(256);
    byte[] loads = {(byte) 0xBF, (byte) 0xBE, (byte) 0xBA}; // mov rdi/rsi/rdx, imm64
    for (int i = 0; i < arguments.length; i++) {
      code.put((byte) 0x48).put(loads[i]).putLong(arguments[i]);
    }
    code.put((byte) 0xB8).putInt(number); // mov eax, imm32
    code.put(new byte[] {0x0F, 0x05}); // syscall
    code.put(new byte[] {(byte) 0xF7, (byte) 0xD8, (byte) 0x89, (byte) 0xC7}); // neg; mov edi, eax
    code.put((byte) 0xB8).putInt(231).put(new byte[] {0x0F, 0x05}); // exit_group
    int header = 64;
    int size = header + 56 + code.position();
    ByteBuffer elf = buffer(size);
    elf.put(new byte[] {0x7F, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    elf.putShort((short) 2).putShort((short) 62).putInt(1).putLong(BASE + header + 56);
    elf.putLong(header).putLong(0).putInt(0).putShort((short) header).putShort((short) 56);
    elf.putShort((short) 1).putShort((short) 0).putShort((short) 0).putShort((short) 0);
    elf.putInt(1).putInt(5).putLong(0).putLong(BASE).putLong(BASE).putLong(size).putLong(size);
    elf.putLong(0x1000).put(code.flip());
    write(file, elf);
  }

  /** Writes a 32-bit program. */
  static void write32(Path file, int number, int... arguments) throws IOException {
    ByteBuffer code = buffer(256);
    byte[] loads = {(byte) 0xBB, (byte) 0xB9, (byte) 0xBA}; // mov ebx/ecx/edx, imm32
    for (int i = 0; i < arguments.length; i++) {
      code.put(loads[i]).putInt(arguments[i]);
    }
    code.put((byte) 0xB8).putInt(number).put(new byte[] {(byte) 0xCD, (byte) 0x80}); // int 0x80
    code.put(new byte[] {(byte) 0xF7, (byte) 0xD8, (byte) 0x89, (byte) 0xC3}); // neg; mov ebx, eax
    code.put((byte) 0xB8).putInt(252).put(new byte[] {(byte) 0xCD, (byte) 0x80}); // exit_group
    int header = 52;
    int size = header + 32 + code.position();
    ByteBuffer elf = buffer(size);
    elf.put(new byte[] {0x7F, 'E', 'L', 'F', 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    elf.putShort((short) 2).putShort((short) 3).putInt(1).putInt(BASE + header + 32);
    elf.putInt(header).putInt(0).putInt(0).putShort((short) header).putShort((short) 32);
    elf.putShort((short) 1).putShort((short) 0).putShort((short) 0).putShort((short) 0);
    elf.putInt(1).putInt(0).putInt(BASE).putInt(BASE).putInt(size).putInt(size).putInt(5);
    elf.putInt(0x1000).put(code.flip());
    write(file, elf);
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void write(Path file, ByteBuffer elf) throws IOException {
    byte[] bytes = new byte[elf.flip().remaining()];
    elf.get(bytes);
    Files.write(file, bytes);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
