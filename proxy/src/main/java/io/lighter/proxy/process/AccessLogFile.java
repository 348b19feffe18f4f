package io.lighter.proxy.process;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import java.nio.file.Path;

/** The file of an access log, which who rotates logs may rename and have opened again. */
final class AccessLogFile {
  private static final int MODE = 0640;

  private AccessLogFile() {}

  /** Opens it to be written to its end. */
  static Fd open(Linux linux, Path file) {
    int flags = Fcntl.O_WRONLY | Fcntl.O_CREAT | Fcntl.O_APPEND;
    return linux.files().openat(Fd.WORKING_FOLDER, file.toString(), flags, MODE);
  }

  /** Opens it again, by the descriptor that its writers have. */
  static void reopen(Linux linux, Path file, Fd opened) {
    try (Fd again = open(linux, file)) {
      linux.descriptors().dup3(again, opened, Fcntl.O_CLOEXEC);
    }
  }
}
