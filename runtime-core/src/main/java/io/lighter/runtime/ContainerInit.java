package io.lighter.runtime;

import io.lighter.linux.Architecture;
import io.lighter.linux.StaticExecutable;
import io.lighter.runtime.spec.Mount;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.Spec;
import java.io.IOException;
import java.nio.ByteBuffer;
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
 */
final class ContainerInit {
  private static final String DESTINATION = "/sbin/docker-init";
  private static final String PERMISSIONS = "r-xr-xr-x";

  private ContainerInit() {}

  /** Returns the executable. */
  static byte[] elf(Architecture architecture) {
    return StaticExecutable.of(architecture, InitCode.of(architecture));
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
