package io.lighter.runtime;

import io.lighter.linux.Linux;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;

/**
 * Folders of the runtime's own: others must not look into them, for they hold the files of
 * containers (CVE-2024-25621), and much less write to them, for what is found there is believed.
 */
public final class PrivateFolder {
  private static final FileAttribute<?> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private static final int WRITABLE_BY_OTHERS = 022;

  private PrivateFolder() {}

  /**
   * Makes a folder, with those above it, unless it is there.
   *
   * @throws FileSystemException when it is there and somebody but root and the caller could change
   *     what is in it
   */
  public static void ensure(Linux linux, Path folder) throws IOException {
    Files.createDirectories(folder, PRIVATE);
    Map<String, Object> found = Files.readAttributes(folder, "unix:uid,mode");
    long owner = Integer.toUnsignedLong((int) Objects.requireNonNull(found.get("uid")));
    int mode = (int) Objects.requireNonNull(found.get("mode"));
    boolean ours = owner == 0 || owner == linux.credentials().geteuid();
    if (!ours || (mode & WRITABLE_BY_OTHERS) != 0) {
      throw new FileSystemException(
          folder.toString(),
          null,
          "others could change what is in it (owner "
              + owner
              + String.format(", mode %04o", mode & 07777)
              + "); make it root's, with chmod 0700");
    }
  }

  /** Makes a folder that is not there yet. */
  public static void make(Path folder) throws IOException {
    Files.createDirectory(folder, PRIVATE);
  }
}
