package io.lighter.bench.paths;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.LaunchProgram;
import io.lighter.linux.Linux;
import io.lighter.linux.SystemCall;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads a file of a container in all the ways that must not be, to see that the rule refuses. */
final class WalksPaths {
  private WalksPaths() {}

  static String byJava(Path root) throws IOException {
    return Files.readString(root.resolve("etc/passwd"));
  }

  static int byStream(Path root) throws IOException {
    try (FileInputStream file = new FileInputStream(root + "/etc/passwd")) {
      return file.read();
    }
  }

  static Fd byOpenat(Linux linux, Path root) {
    return linux
        .files()
        .openat(Fd.WORKING_FOLDER, root.resolve("etc/passwd").toString(), Fcntl.O_RDONLY, 0);
  }

  static void byMount(Linux linux, Path root) {
    linux.mounts().umount2(root.resolve("proc").toString(), 0);
  }

  static void bySteps(LaunchProgram program) {
    program.call(SystemCall.MOUNT, "/dev/null", "/proc/keys", 0, 0, 0);
    program.call(SystemCall.OPENAT, Fcntl.AT_FDCWD, "/etc/passwd", 0, 0);
  }
}
