package io.lighter.cli.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.cli.OurProgram;
import io.lighter.cli.session.LighterCommand.Outcome;
import io.lighter.testing.Tools;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A user of this machine whom the machine does not know: the accounts stand in files of the test's,
 * which are mounted over those in {@code /etc} where only the user's processes see them. So are the
 * ids that are lent.
 */
public final class OrdinaryUser {
  /** The user's id and the group's. */
  public static final int ID = 54321;

  /** The first id that is lent, which is 1 in the user's namespace. */
  public static final int LENT = 700_000;

  private static final String MOUNTS =
      "for f in passwd group subuid subgid; do mount --bind \"$0/$f\" /etc/$f || exit 99; done;"
          + " cd \"$0\" && exec \"$@\"";

  private final Path folder;
  private final Path home;

  private OrdinaryUser(Path folder) {
    this.folder = folder;
    this.home = folder.resolve("home");
  }

  /**
   * Makes the accounts, a home folder, and a copy of the program that the user can read.
   *
   * @param folder empty
   */
  public static OrdinaryUser in(Path folder) throws IOException {
    OrdinaryUser user = new OrdinaryUser(folder);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    String line = "ordinary:x:" + ID + ":" + ID + "::" + user.home + ":/bin/sh\n";
    Files.writeString(folder.resolve("passwd"), Files.readString(Path.of("/etc/passwd")) + line);
    String group = "ordinary:x:" + ID + ":\n";
    Files.writeString(folder.resolve("group"), Files.readString(Path.of("/etc/group")) + group);
    user.lend("");
    user.own(Files.createDirectory(user.home));
    user.copyClassPath(Files.createDirectory(folder.resolve("classes")));
    return user;
  }

  public Path home() {
    return home;
  }

  /** Sets what {@code /etc/subuid} and {@code /etc/subgid} say. */
  public void lend(String lines) throws IOException {
    Files.writeString(folder.resolve("subuid"), lines);
    Files.writeString(folder.resolve("subgid"), lines);
  }

  /** Gives a file to the user. */
  public Path own(Path file) throws IOException {
    Files.setAttribute(file, "unix:uid", ID);
    Files.setAttribute(file, "unix:gid", ID);
    return file;
  }

  /** A root folder of the user's with busybox in it. */
  public Path root() throws IOException {
    Path root = own(Files.createDirectory(home.resolve("root")));
    Path bin = own(Files.createDirectory(root.resolve("bin")));
    Path busybox = bin.resolve("busybox");
    Files.copy(Tools.find("busybox").orElseThrow(), busybox, StandardCopyOption.COPY_ATTRIBUTES);
    own(busybox);
    for (String name : List.of("sh", "id", "ls", "cat", "stat", "touch", "chown", "rm", "tty")) {
      Files.createSymbolicLink(bin.resolve(name), Path.of("busybox"));
    }
    Path etc = own(Files.createDirectory(root.resolve("etc")));
    own(Files.writeString(etc.resolve("passwd"), "root:x:0:0:root:/root:/bin/sh\n"));
    return root;
  }

  /** What the test runs from may lie where only root can read. */
  private void copyClassPath(Path to) throws IOException {
    int number = 0;
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path from = Path.of(entry);
      Path copy = to.resolve(Integer.toString(number++));
      if (Files.isRegularFile(from)) {
        Files.copy(from, copy.resolveSibling(copy.getFileName() + ".jar"));
      } else if (Files.isDirectory(from)) {
        copyFolder(from, copy);
      }
    }
  }

  private static void copyFolder(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  private String classPath() throws IOException {
    try (Stream<Path> entries = Files.list(folder.resolve("classes"))) {
      return String.join(File.pathSeparator, entries.map(Path::toString).toList());
    }
  }

  /** An executable that the user can run and that does as {@code lighter-runtime} does. */
  public Path runtime() throws IOException {
    Path runtime = folder.resolve("lighter-runtime");
    Files.writeString(runtime, "#!/bin/sh\nexec " + String.join(" ", java()) + " oci \"$@\"\n");
    Files.setPosixFilePermissions(runtime, PosixFilePermissions.fromString("rwxr-xr-x"));
    return runtime;
  }

  private List<String> java() throws IOException {
    return OurProgram.command(classPath());
  }

  /**
   * Starts {@code lighter} as the user.
   *
   * @param before a command of root's that executes what follows it
   * @param after one of the user's
   */
  public Process start(List<String> before, List<String> after, String... arguments)
      throws IOException {
    List<String> line = new ArrayList<>(List.of("unshare", "-m", "--propagation", "private"));
    line.addAll(List.of("sh", "-c", MOUNTS, folder.toString()));
    line.addAll(before);
    line.addAll(List.of("setpriv", "--reuid=" + ID, "--regid=" + ID, "--init-groups"));
    line.addAll(List.of("env", "-i", "PATH=/usr/bin:/bin", "HOME=" + home, "TERM=dumb"));
    line.addAll(after);
    line.addAll(java());
    line.addAll(List.of(arguments));
    return new ProcessBuilder(line).start();
  }

  /** Runs {@code lighter} as the user to its end. */
  public Outcome lighter(String... arguments) throws Exception {
    return outcome(start(List.of(), List.of(), arguments), "");
  }

  /** Returns a command of root's that moves itself into a cgroup. */
  public static List<String> movedInto(Path cgroup) {
    String script = "echo $$ > \"$0/cgroup.procs\"; exec \"$@\"";
    return List.of("sh", "-c", script, cgroup.toString());
  }

  public static Outcome outcome(Process process, String input) throws Exception {
    try (var stdin = process.outputWriter(UTF_8)) {
      stdin.write(input);
    } catch (IOException closed) {
      assertThat(closed).hasMessageContaining("pipe");
    }
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    String error = new String(process.getErrorStream().readAllBytes(), UTF_8);
    return new Outcome(process.waitFor(), output, error);
  }

  /** Returns what is left of containers: nothing but the folder, and that of their entries. */
  public List<Path> leftovers() throws IOException {
    Path state = home.resolve(".local/share/lighter");
    if (!Files.exists(state)) {
      return List.of();
    }
    try (Stream<Path> left = Files.walk(state)) {
      return left.filter(path -> !path.equals(state) && !path.endsWith("names")).toList();
    }
  }
}
