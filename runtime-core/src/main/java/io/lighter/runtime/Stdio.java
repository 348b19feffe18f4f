package io.lighter.runtime;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Files;
import io.lighter.linux.Linux;
import java.nio.file.Path;

/**
 * What a container's process has as standard input, output and error.
 *
 * <p>The descriptors are the caller's and stay open; the container gets duplicates. None of them
 * may be a terminal of the caller's: a container could type into it.
 *
 * @param stdin becomes descriptor 0
 * @param stdout becomes descriptor 1
 * @param stderr becomes descriptor 2
 */
public record Stdio(Fd stdin, Fd stdout, Fd stderr) implements AutoCloseable {

  /** Nothing to read, and what is written is lost. */
  public static Stdio discard() {
    Fd null_ = Linux.kernel().files().openat(Fd.WORKING_FOLDER, "/dev/null", Fcntl.O_RDWR, 0);
    return new Stdio(null_, null_, null_);
  }

  /**
   * Nothing to read; what is written to either stream is appended to a file, which is made with
   * mode 0600 when it is not there.
   */
  public static Stdio appending(Path file) {
    Files files = Linux.kernel().files();
    Fd nothing = files.openat(Fd.WORKING_FOLDER, "/dev/null", Fcntl.O_RDONLY, 0);
    try {
      int flags = Fcntl.O_WRONLY | Fcntl.O_APPEND | Fcntl.O_CREAT;
      Fd output = files.openat(Fd.WORKING_FOLDER, file.toString(), flags, 0600);
      return new Stdio(nothing, output, output);
    } catch (RuntimeException e) {
      nothing.close();
      throw e;
    }
  }

  @Override
  public void close() {
    stdin.close();
    stdout.close();
    stderr.close();
  }
}
