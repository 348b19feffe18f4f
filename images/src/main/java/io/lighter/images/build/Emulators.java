package io.lighter.images.build;

import io.lighter.images.Platform;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;

/**
 * Programs that run those of other processors: what {@code binfmt_misc} has with the flag F, so
 * that the kernel holds the program open and the image needs none.
 *
 * @param folder where {@code binfmt_misc} is mounted
 * @see <a href="https://docs.kernel.org/admin-guide/binfmt-misc.html">binfmt_misc</a>
 */
record Emulators(Path folder) {
  /** Those of this machine. */
  static final Emulators LOCAL = new Emulators(Path.of("/proc/sys/fs/binfmt_misc"));

  private static final int HEADER = 20;
  private static final int TYPE_AT = 16;
  private static final int MACHINE_AT = 18;

  /** Tells whether programs of a platform can be run. */
  boolean run(Platform platform) {
    byte[] header = header(platform.architecture());
    if (header.length == 0 || !Files.isDirectory(folder)) {
      return false;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        String name = String.valueOf(entry.getFileName());
        if (!name.equals("register") && !name.equals("status") && matches(entry, header)) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      // Nobody may look, so nothing is known to be there.
      return false;
    }
  }

  private static boolean matches(Path entry, byte[] header) throws IOException {
    List<String> lines = Files.readAllLines(entry);
    boolean fixed =
        lines.stream().anyMatch(line -> line.startsWith("flags:") && line.indexOf('F', 6) > 0);
    if (!lines.contains("enabled") || !fixed || !lines.contains("offset 0")) {
      return false;
    }
    byte[] magic = bytes(lines, "magic ");
    byte[] mask = bytes(lines, "mask ");
    // Without the processor in it, it is about something else.
    if (magic.length < HEADER) {
      return false;
    }
    for (int i = 0; i < HEADER; i++) {
      int bits = i < mask.length ? mask[i] : 0xff;
      if ((header[i] & bits) != (magic[i] & bits)) {
        return false;
      }
    }
    return true;
  }

  private static byte[] bytes(List<String> lines, String label) {
    for (String line : lines) {
      if (line.startsWith(label)) {
        return HexFormat.of().parseHex(line.substring(label.length()).strip());
      }
    }
    return new byte[0];
  }

  /** How a program begins, elf(5): class, order of bytes, ET_EXEC, e_machine. */
  private static byte[] header(String architecture) {
    return switch (architecture) {
      case "amd64" -> header(2, 1, 0x3e);
      case "386" -> header(1, 1, 0x03);
      case "arm64" -> header(2, 1, 0xb7);
      case "arm" -> header(1, 1, 0x28);
      case "ppc64le" -> header(2, 1, 0x15);
      case "s390x" -> header(2, 2, 0x16);
      case "riscv64" -> header(2, 1, 0xf3);
      case "mips64le" -> header(2, 1, 0x08);
      case "loong64" -> header(2, 1, 0x102);
      default -> new byte[0];
    };
  }

  private static byte[] header(int size, int order, int machine) {
    byte[] header = new byte[HEADER];
    header[0] = 0x7f;
    header[1] = 'E';
    header[2] = 'L';
    header[3] = 'F';
    header[4] = (byte) size;
    header[5] = (byte) order;
    header[6] = 1;
    int low = order == 1 ? 0 : 1;
    header[TYPE_AT + low] = 2;
    header[MACHINE_AT + low] = (byte) machine;
    header[MACHINE_AT + 1 - low] = (byte) (machine >> 8);
    return header;
  }
}
