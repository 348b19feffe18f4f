package io.lighter.runtime.launch;

import static io.lighter.linux.Fcntl.*;
import static io.lighter.linux.LaunchStructs.*;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.lighter.linux.LaunchProgram;
import io.lighter.linux.Step;
import io.lighter.linux.SystemCall;

/** Files of procfs that a program writes. */
final class KernelFile {
  private KernelFile() {}

  /**
   * Adds the steps that write a file in one piece, and returns the write. The path stays on the
   * file system that it begins on: what an image or a volume has been mounted over a file of
   * procfs, is not written (CVE-2019-16884, CVE-2025-52881).
   *
   * @param proc a procfs that the program has made itself; where openat2 is missing, the host's, on
   *     which nobody of the container has mounted anything
   * @param path below it
   */
  static Step write(LaunchProgram program, Step proc, String path, String value) {
    Step file = PathSteps.openWithin(program, proc, path, O_WRONLY);
    Step write = program.call(SystemCall.WRITE, file, value, value.getBytes(UTF_8).length);
    // As long as it is open for writing, procfs cannot be made read-only: EBUSY.
    program.call(SystemCall.CLOSE, file);
    return write;
  }
}
