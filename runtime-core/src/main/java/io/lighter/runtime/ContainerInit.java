package io.lighter.runtime;

import io.lighter.linux.Architecture;
import io.lighter.runtime.spec.Mount;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.Spec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The init of {@code docker run --init}: as process 1 of a container it starts the command, passes
 * signals on to it, reaps what is orphaned and ends as the command does.
 *
 * <p>It is a static executable that is made here, so that neither an image nor the host needs to
 * have one. Images find it where Docker's is: {@code /sbin/docker-init}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/elf.5.html">elf(5)</a>
 */
final class ContainerInit {
  private static final String DESTINATION = "/sbin/docker-init";
  private static final String PERMISSIONS = "r-xr-xr-x";

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

  private ContainerInit() {}

  /** Returns the executable: one segment that is read and executed, and a stack that is not. */
  static byte[] elf(Architecture architecture) {
    byte[] code = InitCode.of(architecture);
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

  /**
   * Writes the executable for this machine into a file that anybody may execute and nobody write.
   *
   * @throws java.nio.file.FileAlreadyExistsException when there is one already
   * @throws IOException when it cannot be written; there is no file then
   */
  static void writeTo(Path file) throws IOException {
    Set<PosixFilePermission> permissions = PosixFilePermissions.fromString(PERMISSIONS);
    try (SeekableByteChannel channel =
        Files.newByteChannel(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(permissions))) {
      try {
        ByteBuffer elf = ByteBuffer.wrap(elf(Architecture.current()));
        while (elf.hasRemaining()) {
          channel.write(elf);
        }
        // Once more, because the umask may have taken something away.
        Files.setPosixFilePermissions(file, permissions);
      } catch (IOException e) {
        Files.deleteIfExists(file);
        throw e;
      }
    }
  }

  /**
   * Returns a specification with the init as its program, which then runs the program that was
   * there.
   *
   * @param init the executable on the host, absolute. It is mounted last, over what the image and
   *     other mounts have there; a mount point that is missing is made
   */
  static Spec addTo(Spec spec, Path init) {
    Process process = spec.process();
    if (process == null || process.args().isEmpty()) {
      throw new IllegalArgumentException(
          "process.args is empty: there is no command for an init to run");
    }
    if (!init.isAbsolute()) {
      throw new IllegalArgumentException("the path of the init is not absolute: " + init);
    }
    List<String> args = new ArrayList<>(List.of(DESTINATION, "--"));
    args.addAll(process.args());
    List<Mount> mounts = new ArrayList<>(spec.mounts());
    // exec: the state folder may well be on a file system that is mounted noexec, as /run is.
    mounts.add(
        new Mount(DESTINATION, "bind", init.toString(), List.of("bind", "ro", "nosuid", "exec")));
    return spec.with(
        s -> {
          s.process = process.with(p -> p.args = args);
          s.mounts = mounts;
        });
  }
}
