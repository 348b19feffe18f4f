package io.lighter.runtime.lifecycle;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.runtime.Stdio;
import io.lighter.runtime.spec.Bundle;
import io.lighter.runtime.spec.DefaultContainer;
import io.lighter.runtime.spec.Root;
import io.lighter.runtime.spec.Spec;
import io.lighter.runtime.spec.SpecWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.function.Consumer;

/** A bundle whose root has a static busybox and nothing else, and a file for what is printed. */
public final class BusyboxBundle {
  private final Path folder;
  private final Path out;

  /**
   * Makes it.
   *
   * @param folder an empty one
   * @param commands the names of busybox that its {@code /bin} has
   */
  public BusyboxBundle(Path folder, String... commands) throws IOException {
    this.folder = folder;
    this.out = Files.createFile(folder.resolve("out"));
    Path bin = Files.createDirectories(rootfs().resolve("bin"));
    Files.copy(Path.of("/bin/busybox"), bin.resolve("busybox"));
    Files.setPosixFilePermissions(
        bin.resolve("busybox"), PosixFilePermissions.fromString("rwxr-xr-x"));
    for (String name : commands) {
      Files.createSymbolicLink(bin.resolve(name), Path.of("busybox"));
    }
    for (String name : List.of("proc", "sys", "dev", "etc", "tmp")) {
      Files.createDirectory(rootfs().resolve(name));
    }
  }

  public Path rootfs() {
    return folder.resolve("bundle/rootfs");
  }

  /** Returns the specification of Docker's default container with a command. */
  public static Spec spec(Consumer<Spec.Draft> change, String... command) {
    return DefaultContainer.of(new Root("rootfs", false), List.of(command), null).with(change);
  }

  /** Returns the bundle with the default container's configuration, changed. */
  public Bundle of(Consumer<Spec.Draft> change, String... command) throws IOException {
    return of(spec(change, command));
  }

  /** Returns the bundle with a configuration that is complete. */
  public Bundle of(Spec spec) throws IOException {
    SpecWriter.write(spec, folder.resolve("bundle/config.json"));
    return Bundle.open(folder.resolve("bundle"));
  }

  /** Returns the file for what is printed. */
  public Path out() {
    return out;
  }

  /** Returns what has been printed. */
  public String printed() throws IOException {
    return Files.readString(out);
  }

  /** Returns streams that print to the file. */
  public Stdio stdio() {
    Linux linux = Linux.kernel();
    Fd nothing = linux.files().openat(Fd.WORKING_FOLDER, "/dev/null", Fcntl.O_RDWR, 0);
    Fd file =
        linux.files().openat(Fd.WORKING_FOLDER, out.toString(), Fcntl.O_WRONLY | Fcntl.O_APPEND, 0);
    return new Stdio(nothing, file, file);
  }
}
