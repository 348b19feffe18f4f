package io.lighter.cli.oci;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lighter.cgroups.Cgroup;
import io.lighter.cgroups.CgroupTree;
import io.lighter.cli.session.LighterCommand.Outcome;
import io.lighter.cli.session.OrdinaryUser;
import io.lighter.linux.Linux;
import io.lighter.runtime.spec.Capabilities;
import io.lighter.runtime.spec.Capability;
import io.lighter.runtime.spec.Hook;
import io.lighter.runtime.spec.Hooks;
import io.lighter.runtime.spec.IdMapping;
import io.lighter.runtime.spec.NamespaceType;
import io.lighter.runtime.spec.Pids;
import io.lighter.runtime.spec.Process;
import io.lighter.runtime.spec.Resources;
import io.lighter.runtime.spec.Root;
import io.lighter.runtime.spec.Spec;
import io.lighter.runtime.spec.SpecReader;
import io.lighter.runtime.spec.SpecWriter;
import io.lighter.runtime.spec.User;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.RequiresTool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code lighter oci} as an ordinary user calls it: each call a process of its own. */
@RequiresRoot
@RequiresTool("setpriv")
@RequiresTool(value = "busybox", debianPackage = "busybox-static")
@RequiresTool(value = "newuidmap", debianPackage = "uidmap")
@LeavesNothing(cgroups = "/lighter")
@Timeout(120)
class RootlessOciTest {
  private static final String LENDS = "ordinary:" + OrdinaryUser.LENT + ":65536\n";
  private static final String ID = "rootless";

  @TempDir private Path folder;
  private OrdinaryUser user;
  private Path bundle;
  private Path runtime;

  @BeforeEach
  void makeBundle() throws Exception {
    user = OrdinaryUser.in(folder);
    Path root = user.root();
    for (String applet : List.of("sleep", "kill", "env")) {
      Files.createSymbolicLink(root.resolve("bin").resolve(applet), Path.of("busybox"));
    }
    bundle = user.own(Files.createDirectory(user.home().resolve("bundle")));
    Files.move(root, bundle.resolve("rootfs"));
    runtime = user.own(Files.createDirectory(folder.resolve("run")));
    assertThat(oci("spec", "--rootless", "--bundle", bundle.toString())).isEqualTo(DONE);
    configure(spec -> spec.with(s -> s.root = new Root("rootfs", false)));
  }

  @AfterEach
  void deleteContainer() throws Exception {
    assertThat(oci("delete", "--force", ID).status()).isZero();
    assertThat(runtime.resolve("lighter"))
        .satisfiesAnyOf(
            state -> assertThat(state).isEmptyDirectory(),
            state -> assertThat(state).doesNotExist());
  }

  private static final Outcome DONE = new Outcome(0, "", "");

  private Outcome oci(String... arguments) throws Exception {
    return oci(List.of(), arguments);
  }

  /** What it writes goes to files: a container that is left may keep a pipe open. */
  private Outcome oci(List<String> before, String... arguments) throws Exception {
    List<String> line = new ArrayList<>(List.of("oci"));
    line.addAll(List.of(arguments));
    List<String> settings =
        List.of(
            "env",
            "XDG_RUNTIME_DIR=" + runtime,
            "sh",
            "-c",
            "exec \"$@\" >\"$0.out\" 2>\"$0.err\" </dev/null",
            user.home().resolve("call").toString());
    int status = user.start(before, settings, line.toArray(String[]::new)).waitFor();
    return new Outcome(
        status,
        Files.readString(user.home().resolve("call.out")),
        Files.readString(user.home().resolve("call.err")));
  }

  private void configure(UnaryOperator<Spec> change) throws Exception {
    Path config = bundle.resolve("config.json");
    SpecWriter.write(change.apply(SpecReader.read(config)), config);
  }

  private void configure(String script) throws Exception {
    process(
        p -> {
          p.terminal = false;
          p.args = List.of("sh", "-c", script);
        });
  }

  private void process(Consumer<Process.Draft> change) throws Exception {
    configure(
        spec -> spec.with(s -> s.process = Objects.requireNonNull(spec.process()).with(change)));
  }

  private JsonNode state() throws Exception {
    return new ObjectMapper().readTree(oci("state", ID).output());
  }

  @Test
  void shouldRunTheExampleThatItWrites() throws Exception {
    configure("id; echo $$; ls /dev/null; cat /proc/self/uid_map; exit 7");

    Outcome outcome = oci("run", "--bundle", bundle.toString(), ID);

    assertThat(outcome.error()).isEmpty();
    assertThat(outcome.status()).isEqualTo(7);
    assertThat(outcome.output().lines())
        .startsWith("uid=0(root) gid=0 groups=0", "1", "/dev/null")
        .last()
        .asString()
        .containsPattern(" *0 +0 +1");
  }

  @Test
  void shouldLeadAContainerThroughItsLife() throws Exception {
    user.lend(LENDS);
    configure("trap 'exit 3' TERM; echo x > /made; while :; do sleep 0.05; done");

    assertThat(oci("create", "--bundle", bundle.toString(), ID)).isEqualTo(DONE);
    assertThat(state().get("status").textValue()).isEqualTo("created");
    assertThat(state().get("owner").textValue()).isEqualTo("ordinary");
    assertThat(oci("start", ID)).isEqualTo(DONE);
    while (!Files.exists(bundle.resolve("rootfs/made"))) {
      Thread.sleep(20);
    }
    assertThat(oci("list", "-q").output()).isEqualTo(ID + "\n");
    assertThat(oci("exec", "--env", "A=b", ID, "sh", "-c", "id -u; echo $A; exit 5"))
        .isEqualTo(new Outcome(5, "0\nb\n", ""));
    assertThat(oci("exec", "--detach", ID, "sleep", "1000")).isEqualTo(DONE);
    assertThat(oci("ps", "--format", "json", ID).output())
        .contains(state().get("pid").asText())
        .contains(",");
    assertThat(oci("pause", ID).error()).contains("has no cgroup of its own");
    assertThat(oci("update", "--pids-limit", "10", ID).error())
        .contains("has no cgroup of its own");
    assertThat(oci("kill", ID, "TERM")).isEqualTo(DONE);
    while (!state().get("status").textValue().equals("stopped")) {
      Thread.sleep(20);
    }
    assertThat(oci("exec", ID, "id").error()).contains("is stopped and cannot be entered");
    assertThat(oci("delete", ID)).isEqualTo(DONE);
  }

  private void map(long host, long count) throws Exception {
    configure(
        spec ->
            spec.with(
                s ->
                    s.linux =
                        spec.linuxOrEmpty()
                            .with(
                                l -> {
                                  List<IdMapping> ids =
                                      List.of(
                                          new IdMapping(0, OrdinaryUser.ID, 1),
                                          new IdMapping(1, host, count));
                                  l.uidMappings = ids;
                                  l.gidMappings = ids;
                                })));
  }

  @Test
  void shouldMapIdsThatAreLent() throws Exception {
    user.lend(LENDS);
    map(OrdinaryUser.LENT + 9, 100);
    configure("touch /own /other; chown 5:6 /other; id -u; exec sleep 1000");
    process(p -> p.user = new User(0, 0, null, List.of(7L)));
    process(
        p ->
            p.capabilities =
                Capabilities.of(EnumSet.of(Capability.CAP_CHOWN, Capability.CAP_SETUID)));

    assertThat(oci("run", "--detach", "--bundle", bundle.toString(), ID).status()).isZero();
    assertThat(oci("exec", "--user", "5:6", ID, "sh", "-c", "id -u; id -G").output())
        .isEqualTo("5\n6 7\n");

    Path other = bundle.resolve("rootfs/other");
    assertThat(Files.getAttribute(other, "unix:uid")).isEqualTo(OrdinaryUser.LENT + 9 + 4);
    assertThat(Files.getAttribute(other, "unix:gid")).isEqualTo(OrdinaryUser.LENT + 9 + 5);
    // Of another id than the caller's.
    assertThat(oci("exec", "--detach", "--user", "5", ID, "sleep", "1001").status()).isZero();
    assertThat(oci("kill", "--all", ID, "KILL")).isEqualTo(DONE);

    assertThat(oci("delete", "--force", ID)).isEqualTo(DONE);
    map(1000, 10);
    assertThat(oci("create", "--bundle", bundle.toString(), ID).error())
        .contains("linux.uidMappings: mapping the id 1000 of the host is not supported")
        .contains("/etc/subuid");
  }

  @Test
  void shouldRunHooksAsRootOfTheNamespace() throws Exception {
    configure("exec sleep 1000");
    Path told = user.home().resolve("told");
    List<String> tell = List.of("sh", "-c", "cat >/dev/null; id -u >>" + told);
    Hook hook = new Hook("/bin/sh", tell, List.of("PATH=/bin:/usr/bin"), null);
    Hook inside =
        new Hook("/bin/sh", List.of("sh", "-c", "echo started > /inside"), List.of(), null);
    configure(
        spec ->
            spec.with(
                s -> {
                  s.hooks =
                      new Hooks(
                          List.of(),
                          List.of(hook),
                          List.of(),
                          List.of(inside),
                          List.of(hook),
                          List.of(hook));
                }));

    assertThat(oci("create", "--bundle", bundle.toString(), ID)).isEqualTo(DONE);
    assertThat(told).hasContent("0");
    assertThat(oci("start", ID)).isEqualTo(DONE);
    assertThat(told).hasContent("0\n0");
    assertThat(bundle.resolve("rootfs/inside")).hasContent("started");
    assertThat(oci("delete", "--force", ID)).isEqualTo(DONE);
    assertThat(told).hasContent("0\n0\n" + OrdinaryUser.ID);
  }

  @Test
  void shouldPassDescriptorsOn() throws Exception {
    configure("cat <&3");
    Files.writeString(user.home().resolve("passed"), "passed on");
    String script = "exec 3<" + user.home().resolve("passed") + "; exec \"$@\"";

    Outcome outcome =
        oci(
            List.of("sh", "-c", script, "sh"),
            "run",
            "--preserve-fds",
            "1",
            "--bundle",
            bundle.toString(),
            ID);

    assertThat(outcome).isEqualTo(new Outcome(0, "passed on", ""));
  }

  @Test
  void shouldUseACgroupThatIsLeftToTheUser() throws Exception {
    Path cgroup = Files.createDirectory(ownCgroup().resolve("lighter-rootless-oci"));
    Path session = Files.createDirectory(cgroup.resolve("session"));
    List<String> inside = OrdinaryUser.movedInto(session);
    try {
      for (Path left : List.of(cgroup, session)) {
        user.own(left);
        user.own(left.resolve("cgroup.procs"));
        user.own(left.resolve("cgroup.subtree_control"));
      }
      configure("cat /proc/self/cgroup; touch /sys/fs/cgroup/x; exec sleep 1000");

      assertThat(oci(inside, "run", "--detach", "--bundle", bundle.toString(), ID).status())
          .isZero();
      assertThat(cgroup.resolve(ID)).isDirectory();
      assertThat(oci(inside, "pause", ID)).isEqualTo(DONE);
      assertThat(state().get("status").textValue()).isEqualTo("paused");
      assertThat(oci("resume", ID)).isEqualTo(DONE);
      assertThat(oci(inside, "exec", ID, "cat", "/proc/self/cgroup").output()).contains("0::/\n");
      assertThat(oci("ps", "--format", "json", ID).output())
          .isEqualTo("[" + state().get("pid").asText() + "]\n");
      assertThat(oci("delete", "--force", ID)).isEqualTo(DONE);
      assertThat(cgroup.resolve(ID)).doesNotExist();
    } finally {
      oci("delete", "--force", ID);
      Files.deleteIfExists(session);
      Files.delete(cgroup);
    }
  }

  private static Path ownCgroup() {
    CgroupTree tree = CgroupTree.locate(Linux.kernel());
    try (Cgroup own = tree.own()) {
      return Path.of(tree.mountPoint(), own.path());
    }
  }

  @Test
  void shouldRefuseWhatItCannotDo() throws Exception {
    configure("true");
    String path = bundle.toString();
    assertThat(oci("--rootless=false", "run", "--bundle", path, ID).error())
        .contains("--rootless=false needs root");
    assertThat(oci("--systemd-cgroup", "run", "--bundle", path, ID).error())
        .contains("a cgroup was to be made by systemd, and that of user ")
        .contains("--cgroup-manager=cgroupfs");
    configure(
        spec ->
            spec.with(
                s ->
                    s.linux =
                        spec.linuxOrEmpty()
                            .with(
                                l ->
                                    l.resources =
                                        Resources.NONE.with(r -> r.pids = new Pids(10L)))));
    assertThat(oci("run", "--bundle", path, ID).error())
        .contains("linux.resources: limiting this container (pids.max")
        .contains("systemd-run --user --scope");
    configure(
        spec ->
            spec.with(
                s ->
                    s.linux =
                        spec.linuxOrEmpty()
                            .with(
                                l -> {
                                  l.resources = null;
                                  l.uidMappings = List.of();
                                  l.gidMappings = List.of();
                                  l.namespaces =
                                      spec.linuxOrEmpty().namespaces().stream()
                                          .filter(n -> n.type() != NamespaceType.USER)
                                          .toList();
                                })));
    assertThat(oci("run", "--bundle", path, ID).error())
        .contains("linux.namespaces: a container of an ordinary user without a user namespace");
  }
}
