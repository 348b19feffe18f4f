package io.lighter.bench.start;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Everything a run puts on disk, in one folder. Its name is in no figure: a run keeps it on a tmpfs
 * of its own mount namespace, so the disk is in no figure either.
 *
 * @param folder the top
 * @param lower the root file system that every container gets as its only layer
 * @param cgroup a folder on a cgroup v2 mount, for this run alone
 * @param programs the C programs
 */
public record Workspace(Path folder, Path lower, Path cgroup, NativePrograms programs)
    implements AutoCloseable {

  /**
   * Makes the root file system from the machine's static busybox and compiles the C programs.
   *
   * @param cgroupMount where cgroup v2 is mounted
   */
  public static Workspace prepare(Path folder, Path sources, Path cgroupMount)
      throws IOException, InterruptedException {
    NativePrograms programs =
        NativePrograms.compile(sources, Files.createDirectory(folder.resolve("programs")));
    Path lower = BusyboxRoot.make(folder.resolve("lower"));
    BusyboxRoot.addProgram(lower.resolve("bin"), "stamp", programs.stamp());
    Path cgroup = cgroupMount.resolve("lighter-bench-" + ProcessHandle.current().pid());
    Files.createDirectory(cgroup);
    return new Workspace(folder, lower, cgroup, programs);
  }

  /** A folder of a subject's own; made when missing. */
  public Path folder(String name) throws IOException {
    return Files.createDirectories(folder.resolve(name));
  }

  /**
   * Removes the cgroups; the rest goes away with the mount.
   *
   * @throws IOException when a process is still in one
   */
  @Override
  public void close() throws IOException {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(cgroup, Files::isDirectory)) {
      for (Path child : left) {
        Files.delete(child);
      }
    }
    Files.delete(cgroup);
  }
}
