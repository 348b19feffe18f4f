package io.lighter.cli.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.cgroups.Cgroup;
import io.lighter.cgroups.CgroupTree;
import io.lighter.cli.session.LighterCommand.Outcome;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code lighter run} as an ordinary user types it. */
@RequiresRoot
@RequiresTool("setpriv")
@RequiresTool(value = "busybox", debianPackage = "busybox-static")
@RequiresTool(value = "newuidmap", debianPackage = "uidmap")
@LeavesNothing(cgroups = "/lighter")
class RootlessRunTest {
  private static final String LENDS = "ordinary:" + OrdinaryUser.LENT + ":65536\n";

  @TempDir private Path folder;
  private OrdinaryUser user;
  private String root;

  @BeforeEach
  void prepare() throws Exception {
    user = OrdinaryUser.in(folder);
    root = user.root().toString();
  }

  private Outcome run(String... arguments) throws Exception {
    String[] all = new String[arguments.length + 2];
    all[0] = "run";
    all[1] = "--rm";
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    return user.lighter(all);
  }

  @AfterEach
  void shouldLeaveNothingInTheStateFolder() throws Exception {
    assertThat(user.leftovers()).isEmpty();
  }

  @Test
  void shouldGiveTheUsersOwnIdAndThoseThatAreLent() throws Exception {
    user.lend(LENDS);
    Path data = user.own(Files.createDirectory(user.home().resolve("data")));

    Outcome outcome =
        run(
            "-v",
            data + ":/data",
            "--rootfs",
            root,
            "sh",
            "-c",
            "id; touch /data/own /data/other; chown 1000:1001 /data/other; echo changed >"
                + " /etc/passwd; cat /etc/passwd; exit 7");

    assertThat(outcome).isEqualTo(new Outcome(7, "uid=0(root) gid=0 groups=0\nchanged\n", ""));
    assertThat(Files.getAttribute(data.resolve("own"), "unix:uid")).isEqualTo(OrdinaryUser.ID);
    assertThat(Files.getAttribute(data.resolve("other"), "unix:uid"))
        .isEqualTo(OrdinaryUser.LENT + 999);
    assertThat(Files.getAttribute(data.resolve("other"), "unix:gid"))
        .isEqualTo(OrdinaryUser.LENT + 1000);
    assertThat(Path.of(root, "etc/passwd")).content().startsWith("root:");

    assertThat(run("-u", "5:6", "--group-add", "7", "--rootfs", root, "id").output())
        .isEqualTo("uid=5 gid=6 groups=6,7\n");
    assertThat(run("-u", "70000", "--rootfs", root, "id").error())
        .startsWith("lighter run: the user 70000 is not mapped: there are 0, 1-65536;");
  }

  @Test
  void shouldGiveOneIdWhereNoneIsLent() throws Exception {

    Outcome outcome = run("--rootfs", root, "sh", "-c", "id -u; cat /proc/self/setgroups");
    assertThat(outcome).isEqualTo(new Outcome(0, "0\ndeny\n", ""));
    assertThat(run("-u", "1000", "--rootfs", root, "id").error())
        .startsWith("lighter run: the user 1000 is not mapped: there are 0;")
        .contains("/etc/subuid")
        .contains("newuidmap");
    assertThat(run("--group-add", "5", "--rootfs", root, "id").error())
        .startsWith("lighter run: --group-add: ");
  }

  @Test
  void shouldKeepDevicesProcessesAndMountsAsForRoot() throws Exception {
    user.lend(LENDS);

    assertThat(
            run(
                    "--init",
                    "--read-only",
                    "--tmpfs",
                    "/scratch:size=1m",
                    "--device",
                    "/dev/zero:/dev/nought",
                    "--rootfs",
                    root,
                    "sh",
                    "-c",
                    "echo x > /dev/null && [ -c /dev/nought ] && echo $$; touch /scratch/x && ls"
                        + " /scratch; touch /x 2>&1; touch /sys/fs/cgroup/x 2>&1; ls /proc/acpi")
                .output())
        .isEqualTo(
            """
            2
            x
            touch: /x: Read-only file system
            touch: /sys/fs/cgroup/x: Read-only file system
            """);
    assertThat(run("--network", "none", "--rootfs", root, "ls", "/sys/class/net").output())
        .isEqualTo("lo\n");
    assertThat(run("--network", "host", "--rootfs", root, "ls", "/sys/class/net").output().lines())
        .containsExactlyInAnyOrderElementsOf(interfaces());
  }

  private static List<String> interfaces() {
    return List.of(new java.io.File("/sys/class/net").list());
  }

  @Test
  void shouldJoinTheTerminal() throws Exception {
    user.lend(LENDS);
    List<String> pty =
        List.of(
            "python3",
            "-c",
            "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))");
    Process process =
        user.start(
            List.of(), pty, "run", "-it", "--rootfs", root, "sh", "-c", "tty; read x; exit 4$x");

    Outcome outcome = OrdinaryUser.outcome(process, "2\n");

    assertThat(outcome.status()).as(outcome.toString()).isEqualTo(42);
    assertThat(outcome.output()).contains("/dev/pts/0");
  }

  @Test
  void shouldGetSignalsUnderTheProcessIdThatItWasStartedWith() throws Exception {
    Process process =
        user.start(
            List.of(),
            List.of(),
            "run",
            "--rootfs",
            root,
            "sh",
            "-c",
            "trap 'exit 9' TERM; echo ready; while :; do busybox sleep 0.02; done");
    assertThat(process.inputReader().readLine()).isEqualTo("ready");

    process.destroy();

    assertThat(process.waitFor()).isEqualTo(9);
  }

  @Test
  void shouldRunTheMachinesOwnRoot() throws Exception {
    user.lend(LENDS);

    Outcome outcome =
        run(
            "host",
            "sh",
            "-c",
            "id -u; touch /lighter-x /tmp/lighter-x && ls /lighter-x; ls -d /bin");

    assertThat(outcome).isEqualTo(new Outcome(0, "0\n/lighter-x\n/bin\n", ""));
    assertThat(Path.of("/lighter-x")).doesNotExist();
    assertThat(Path.of("/tmp/lighter-x")).doesNotExist();
  }

  @Test
  void shouldRefuseWhatNeedsACgroup() throws Exception {

    assertThat(run("-m", "64m", "--rootfs", root, "id").error())
        .startsWith("lighter run: limiting memory, CPU or tasks needs a cgroup of the user's own")
        .contains("systemd-run --user --scope -p Delegate=yes");
    assertThat(run("--pid", "host", "--rootfs", root, "id").status()).isEqualTo(125);
  }

  @Test
  void shouldUseACgroupThatIsLeftToTheUser() throws Exception {
    Path cgroup = Files.createDirectory(ownCgroup().resolve("lighter-rootless-test"));
    try {
      user.own(cgroup);
      user.own(cgroup.resolve("cgroup.procs"));
      user.own(cgroup.resolve("cgroup.subtree_control"));
      Outcome outcome =
          OrdinaryUser.outcome(
              user.start(
                  OrdinaryUser.movedInto(cgroup),
                  List.of(),
                  "run",
                  "--pid",
                  "host",
                  "--rootfs",
                  root,
                  "sh",
                  "-c",
                  "cat /proc/self/cgroup | busybox tail -n 1; busybox sleep 1000 &"),
              "");

      assertThat(outcome).isEqualTo(new Outcome(0, "0::/\n", ""));
    } finally {
      Files.delete(cgroup);
    }
  }

  private static Path ownCgroup() {
    CgroupTree tree = CgroupTree.locate(Linux.kernel());
    try (Cgroup own = tree.own()) {
      return Path.of(tree.mountPoint(), own.path());
    }
  }

  /** In a user namespace of the test's, whose setting is not the machine's. */
  @Test
  void shouldNameTheSettingByWhichTheHostForbidsUserNamespaces() throws Exception {
    String all = "0 0 100000\n";
    try (Fd namespace = Linux.kernel().userNamespaces().create(all, all)) {
      String path =
          "/proc/"
              + ProcessHandle.current().pid()
              + "/fd/"
              + namespace.procPath().replaceAll(".*/", "");
      List<String> forbidden =
          List.of(
              "nsenter",
              "--user=" + path,
              "sh",
              "-c",
              "echo 0 > /proc/sys/user/max_user_namespaces; exec \"$0\" \"$@\"");

      Outcome outcome =
          OrdinaryUser.outcome(user.start(forbidden, List.of(), "run", "--rootfs", root, "id"), "");

      assertThat(outcome.status()).isEqualTo(125);
      assertThat(outcome.error())
          .startsWith("lighter run: making a user namespace, which a container of an ordinary user")
          .contains("ENOSPC")
          .contains("the sysctl user.max_user_namespaces is 0");
    }
  }

  @Test
  void shouldSayWhenTheHostDoesNotLendWhatItsFileSays() throws Exception {
    user.lend(LENDS);
    Process process =
        user.start(List.of(), List.of("setpriv", "--no-new-privs"), "run", "--rootfs", root, "id");

    Outcome outcome = OrdinaryUser.outcome(process, "");

    assertThat(outcome.status()).isEqualTo(125);
    assertThat(outcome.error())
        .startsWith("lighter run: mapping the ids of the user namespace: ")
        .contains("newuidmap")
        .contains("no_new_privs");
  }
}
