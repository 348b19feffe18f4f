package io.lighter.runtime;

import static io.lighter.runtime.ShortRun.bind;
import static io.lighter.runtime.ShortRun.shell;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.linux.KernelVersion;
import io.lighter.linux.Linux;
import io.lighter.linux.SystemCall;
import io.lighter.runtime.spec.IdMapping;
import io.lighter.runtime.spec.LinuxConfig;
import io.lighter.runtime.spec.Mount;
import io.lighter.runtime.spec.NamespaceType;
import io.lighter.runtime.spec.Spec;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Mounts of real containers, as those see them. */
@RequiresRoot
@LeavesNothing(cgroups = "/lighter/")
class MountsTest {
  private static final String OPTIONS_OF_MNT = "; grep ' /mnt ' /proc/self/mountinfo | tail -1";

  private Path folder = Path.of("");
  private Path data = Path.of("");

  /** On a tmpfs, which can be an upper in the test kernel too. */
  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createTempDirectory(Path.of("/dev/shm"), "lighter-mounts");
    data = Files.createDirectory(folder.resolve("data"));
    Files.writeString(data.resolve("file"), "content\n");
  }

  @AfterEach
  void removeFolder() throws IOException {
    ShortRun.remove(folder);
  }

  private String run(String script, Mount... mounts) {
    return ShortRun.overHost(folder, shell(script, mounts)).output();
  }

  private static Mount tmpfs(String destination, String... options) {
    return new Mount(destination, "tmpfs", "tmpfs", Arrays.asList(options));
  }

  @ParameterizedTest
  @CsvSource({
    "ro nosuid nodev noexec, 'ro,nosuid,nodev,noexec,relatime'",
    "rro rnosuid rnodev rnoexec, 'ro,nosuid,nodev,noexec,relatime'",
    "ro rw nosuid suid, 'rw,relatime'",
    "noatime nodiratime, 'rw,noatime,nodiratime'",
    "strictatime, 'rw '",
    "norelatime, 'rw '",
    "noatime atime, 'rw,relatime'",
    "nosymfollow, 'rw,relatime,nosymfollow'"
  })
  void shouldGiveMountsTheirAttributes(String options, String shown) {
    String[] words = options.split(" ", -1);

    assertThat(run("true" + OPTIONS_OF_MNT, bind(data, "/mnt", words)) + "\n")
        .contains(" /mnt " + shown);
    assertThat(run("true" + OPTIONS_OF_MNT, tmpfs("/mnt", words))).contains(" /mnt " + shown);
  }

  @Test
  void shouldPassFlagsAndOptionsToTheFileSystem() {
    assertThat(run("true" + OPTIONS_OF_MNT, tmpfs("/mnt", "sync", "size=64k", "mode=700")))
        .contains("rw,sync")
        .contains("size=64k")
        .contains("mode=700");
  }

  @Test
  void shouldNameTheOptionThatTheKernelRefuses() {
    assertThatThrownBy(() -> run("true", tmpfs("/mnt", "size=64k", "colour=blue")))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("the mount at /mnt (tmpfs)")
        .hasMessageContaining("\"colour=blue\"")
        .hasMessageContaining(lacks(SystemCall.FSOPEN) ? "EINVAL" : "Unknown parameter 'colour'");
    assertThatThrownBy(() -> run("true", tmpfs("/mnt", "size=much", "tmpcopyup")))
        .hasMessageContaining("the mount at /mnt")
        .hasMessageContaining("\"size=much\"")
        .hasMessageContaining(lacks(SystemCall.FSOPEN) ? "refuses" : "Bad value for 'size'");
  }

  @Test
  void shouldNotHandTheMountsOfAContainerToTheHost() throws Exception {
    command("mount", "-t", "tmpfs", "tmpfs", data.toString());
    command("mount", "--make-shared", data.toString());
    try {
      assertThat(run("true" + OPTIONS_OF_MNT, bind(data, "/mnt"))).doesNotContain("shared:");
      assertThat(run("true" + OPTIONS_OF_MNT, bind(data, "/mnt", "rslave"))).contains("master:");
      assertThat(run("true" + OPTIONS_OF_MNT, bind(data, "/mnt", "rshared"))).contains("shared:");
      assertThat(run("true" + OPTIONS_OF_MNT, bind(data, "/mnt", "unbindable")))
          .contains("unbindable");
    } finally {
      command("umount", data.toString());
    }
  }

  @Test
  void shouldChangeTheWholeTreeOrTheTopOnly() throws Exception {
    Path inner = Files.createDirectory(data.resolve("inner"));
    command("mount", "-t", "tmpfs", "tmpfs", inner.toString());
    try {
      String script = "touch /mnt/x; touch /mnt/inner/y && echo inner";
      assertThat(run(script, bind(data, "/mnt", "rbind", "ro")))
          .contains("'/mnt/x': Read-only")
          .endsWith("inner\n");
      assertThat(run(script, bind(data, "/mnt", "rbind", "rro")))
          .contains("'/mnt/x': Read-only")
          .contains("'/mnt/inner/y': Read-only");
      assertThat(run("ls /mnt/inner | wc -l", bind(data, "/mnt"))).isEqualTo("0\n");
    } finally {
      command("umount", inner.toString());
    }
  }

  @Test
  void shouldMountAgain() {
    String output =
        run(
            "touch /mnt/a; touch /srv/b; true" + OPTIONS_OF_MNT,
            bind(data, "/mnt", "nosuid", "ro"),
            bind(data, "/mnt", "remount", "nodev"),
            tmpfs("/srv", "size=4k"),
            tmpfs("/srv", "remount", "ro", "size=8k"));

    assertThat(data.resolve("a")).exists();
    assertThat(output).contains("'/srv/b': Read-only").contains(" /mnt rw,nodev,relatime");
    assertThatThrownBy(() -> run("true", bind(data, "/etc", "remount")))
        .hasMessageContaining("the mount at /etc")
        .hasMessageContaining("EINVAL");
  }

  @Test
  void shouldFollowLinksOfSourceAndDestinationOrNot() throws IOException {
    Path layer = Files.createDirectory(folder.resolve("layer"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), data.resolve("file"));
    Files.createSymbolicLink(layer.resolve("to"), Path.of("made/later"));
    Files.createDirectory(layer.resolve("made"));
    Files.createSymbolicLink(layer.resolve("stay"), Path.of("nowhere"));
    Spec spec =
        shell(
            "cat /made/later; readlink /bound /copied; cat /stay",
            bind(link, "/to"),
            bind(link, "/bound", "src-nofollow"),
            bind(link, "/copied", "copy-symlink"),
            bind(link, "/stay", "dest-nofollow"));

    assertThat(ShortRun.overHost(folder, spec, layer).output())
        .isEqualTo("content\n" + data + "/file\n" + data + "/file\ncontent\n");
    assertThatThrownBy(() -> run("true", bind(link, "/etc/passwd", "copy-symlink")))
        .hasMessageContaining("something else there than a link to " + data);
  }

  @Test
  void shouldTakeARelativeDestinationFromTheRoot() {
    assertThat(run("cat /mnt/file", bind(data, "mnt"))).isEqualTo("content\n");
  }

  @Test
  void shouldReplaceWhatTellsOfTheSystem() throws IOException {
    Path count = Files.writeString(data.resolve("count"), "7 cores\n");

    String output =
        run(
            "cat /proc/cpuinfo; echo x >> /proc/cpuinfo; echo y >> /proc/stat; grep -c :"
                + " /proc/stat",
            bind(count, "/proc/cpuinfo"),
            bind(count, "/proc/stat", "ro"));

    assertThat(output).startsWith("7 cores\n").contains("/proc/stat: Read-only");
    assertThat(count).hasContent("7 cores\nx\n");
  }

  @Test
  void shouldCopyWhatATmpfsCovers() throws Exception {
    Path layer = Files.createDirectory(folder.resolve("layer"));
    Path top = Files.createDirectory(layer.resolve("filled"));
    Path deep = Files.createDirectories(top.resolve("one/two"));
    Path file = Files.writeString(deep.resolve("file"), "content");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-x--x"));
    Files.createSymbolicLink(top.resolve("link"), Path.of("one/two/file"));
    command("chown", "5:6", file.toString(), top.toString());
    command("chown", "-h", "7:8", top.resolve("link").toString());
    command("chmod", "4751", file.toString());
    command("chmod", "711", top.toString());
    command("mkfifo", top.resolve("fifo").toString());
    command("mknod", top.resolve("device").toString(), "c", "1", "5");
    Files.setAttribute(file, "lastModifiedTime", FileTime.from(Instant.ofEpochSecond(12345)));
    Files.setLastModifiedTime(deep, FileTime.from(Instant.ofEpochSecond(54321)));
    Spec spec =
        shell(
            """
            cd /filled; stat -c '%n %A %u:%g' . fifo link one/two/file; cat link; echo
            stat -c %Y one/two one/two/file; ls; echo new > one/new; stat -f -c %T .
            """,
            tmpfs("/filled", "tmpcopyup", "size=1m", "nosuid"));

    assertThat(ShortRun.overHost(folder, spec, layer).output())
        .isEqualTo(
            """
            . drwx--x--x 5:6
            fifo prw-r--r-- 0:0
            link lrwxrwxrwx 7:8
            one/two/file -rwsr-x--x 5:6
            content
            54321
            12345
            fifo
            link
            one
            tmpfs
            """);
    assertThat(top.resolve("one/new")).doesNotExist();
  }

  @Test
  void shouldCopyNothingFromAPlaceThatIsNotThere() {
    assertThat(run("ls -A /no/such | wc -l", tmpfs("/no/such", "tmpcopyup", "ro")))
        .isEqualTo("0\n");
  }

  @Test
  void shouldBoundACopyByTheSizeOfTheTmpfs() throws IOException {
    Path layer = Files.createDirectory(folder.resolve("layer"));
    Path huge = Files.createDirectory(layer.resolve("filled")).resolve("huge");
    try (RandomAccessFile sparse = new RandomAccessFile(huge.toFile(), "rw")) {
      sparse.setLength(1L << 40);
    }
    Spec spec = shell("true", tmpfs("/filled", "tmpcopyup", "size=1m"));

    assertThatThrownBy(() -> ShortRun.overHost(folder, spec, layer))
        .hasMessageContaining("the mount at /filled")
        .hasMessageContaining("ENOSPC");
  }

  private Mount mapped(Path source, String destination, String... options) {
    List<IdMapping> uids = List.of(new IdMapping(0, 1000, 1), new IdMapping(5, 3000, 1));
    List<IdMapping> gids = List.of(new IdMapping(0, 2000, 10));
    return new Mount(destination, "bind", source.toString(), Arrays.asList(options), uids, gids);
  }

  @Test
  void shouldMapTheIdsOfAMount() throws Exception {
    command("chown", "5:5", data.resolve("file").toString());
    String script = "stat -c %u:%g /mnt /mnt/file; touch /mnt/new";
    if (lacks(SystemCall.MOUNT_SETATTR)) {
      assertThatThrownBy(() -> run(script, mapped(data, "/mnt", "rbind", "idmap")))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("the mount at /mnt: " + data + ": mount_setattr(")
          .hasMessageMatching("(?s).*(it came with Linux 5.12; a newer kernel|EPERM).*");
      return;
    }
    if (!KernelVersion.current().isAtLeast(new KernelVersion(6, 3))) {
      assertThatThrownBy(() -> run(script, mapped(data, "/mnt", "rbind", "idmap")))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("the mount at /mnt: " + data)
          .hasMessageContaining(
              "tmpfs cannot be mounted with mapped ids before Linux 6.3 (this is");
      return;
    }

    assertThat(run(script, mapped(data, "/mnt", "rbind", "idmap")))
        .startsWith("1000:2000\n3000:2005\n")
        // The user who is root in the container is none of those on this mount.
        .contains("'/mnt/new': Value too large");
    assertThat(run(script, mapped(data, "/mnt", "bind"))).startsWith("1000:2000\n");
  }

  private static boolean lacks(SystemCall call) {
    return Linux.kernel().missing().contains(call);
  }

  private static void assumeIdsOfTmpfsCanBeMapped() {
    Assumptions.assumeTrue(
        KernelVersion.current().isAtLeast(new KernelVersion(6, 3)), "tmpfs cannot before 6.3");
    Assumptions.assumeFalse(
        lacks(SystemCall.MOUNT_SETATTR), "its refusal: shouldMapTheIdsOfAMount");
  }

  @Test
  void shouldMapTheWholeTreeOrTheTopOnly() throws Exception {
    assumeIdsOfTmpfsCanBeMapped();
    Path inner = Files.createDirectory(data.resolve("inner"));
    command("mount", "-t", "tmpfs", "tmpfs", inner.toString());
    try {
      String script = "stat -c %u /mnt /mnt/inner";
      assertThat(run(script, mapped(data, "/mnt", "rbind"))).isEqualTo("1000\n0\n");
      assertThat(run(script, mapped(data, "/mnt", "rbind", "ridmap"))).isEqualTo("1000\n1000\n");
    } finally {
      command("umount", inner.toString());
    }
  }

  @Test
  void shouldMakeOneNamespaceForEachMapping() {
    assumeIdsOfTmpfsCanBeMapped();
    Mount[] mounts = {mapped(data, "/mnt"), mapped(data, "/srv"), mapped(data, "/opt", "ro")};
    assertThat(run("stat -c %u /mnt /srv /opt", mounts)).isEqualTo("1000\n1000\n1000\n");
  }

  @Test
  void shouldSayWhichFileSystemCannotMapIds() {
    assertThatThrownBy(() -> run("true", mapped(Path.of("/proc/self"), "/mnt")))
        .hasMessageContaining("the mount at /mnt")
        .hasMessageContaining(
            lacks(SystemCall.MOUNT_SETATTR)
                ? "mount_setattr("
                : "proc cannot be mounted with mapped ids; no kernel can do it");
  }

  @Test
  void shouldBindTheOwnCgroupWithoutACgroupNamespace() {
    Spec spec = shell("touch /sys/fs/cgroup/x; ls /sys/fs/cgroup; cat /proc/self/cgroup");
    LinuxConfig linux = spec.linuxOrEmpty();
    Spec shared =
        spec.with(
            s ->
                s.linux =
                    linux.with(
                        l ->
                            l.namespaces =
                                linux.namespaces().stream()
                                    .filter(n -> n.type() != NamespaceType.CGROUP)
                                    .toList()));

    assertThat(ShortRun.overHost(folder, shared).output())
        .contains("Read-only file system")
        .contains("cgroup.procs")
        .contains("/lighter/");
  }

  private static void command(String... command) throws Exception {
    Process process = new ProcessBuilder(command).inheritIO().start();
    assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
  }
}
