package io.lighter.bench.start;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A small root file system, made from the machine's static busybox (Debian: busybox-static). */
public final class BusyboxRoot {

  private static final List<String> APPLETS = List.of("true", "cat", "sh");
  private static final List<String> MOUNT_POINTS = List.of("proc", "dev", "sys", "etc", "tmp");
  private static final Path BUSYBOX = Path.of("/bin/busybox");

  private BusyboxRoot() {}

  /**
   * Makes it in a new folder.
   *
   * @throws IOException when there is no busybox, or the folder is there
   */
  public static Path make(Path folder) throws IOException {
    Files.createDirectory(folder);
    Path bin = Files.createDirectory(folder.resolve("bin"));
    for (String name : MOUNT_POINTS) {
      Files.createDirectory(folder.resolve(name));
    }
    addProgram(bin, "busybox", BUSYBOX.toRealPath());
    for (String applet : APPLETS) {
      Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
    }
    return folder;
  }

  /** Copies a program that needs no library into {@code bin}. */
  static void addProgram(Path bin, String name, Path program) throws IOException {
    Path copy = Files.copy(program, bin.resolve(name));
    if (!copy.toFile().setExecutable(true, false)) {
      throw new IOException(copy + " cannot be made executable");
    }
  }
}
