package io.lighter.cli.oci;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.cli.engines.EngineHost.Outcome;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code lighter oci --systemd-cgroup}: a container's life in a scope. */
class SystemdCgroupTest extends OnSystemdHost {

  @Test
  void shouldLeadAContainerThroughItsLifeInAScope() throws Exception {
    configure(
        ID,
        "a-b.slice:test:box",
        null,
        Map.of(
            "org.systemd.property.TimeoutStopSec",
            "7",
            "org.systemd.property.Documentation",
            "['man:box(1)']"));
    String cgroup = "/a.slice/a-b.slice/test-box.scope";

    assertThat(create(ID)).isEqualTo(new Outcome(0, "", ""));
    String pid = pid();
    assertThat(read("/proc/" + pid + "/cgroup")).endsWith("0::" + cgroup + "\n");
    // The first process alone: what held the scope open until it came is gone.
    assertThat(read("/sys/fs/cgroup" + cgroup + "/cgroup.procs")).isEqualTo(pid + "\n");
    assertThat(
            show(
                "test-box.scope",
                "Description",
                "Slice",
                "Delegate",
                "DefaultDependencies",
                "CollectMode",
                "ActiveState",
                "TimeoutStopUSec",
                "Documentation"))
        .contains(
            "Description=lighter container box\n",
            "Slice=a-b.slice\n",
            "Delegate=yes\n",
            "DefaultDependencies=no\n",
            "CollectMode=inactive-or-failed\n",
            "ActiveState=active\n",
            "TimeoutStopUSec=7s\n",
            "Documentation=\"man:box(1)\"\n");

    succeed("start", ID);
    assertThat(oci("exec", ID, "cat", "/proc/self/cgroup").output()).endsWith("0::/\n");
    succeed("exec", "--detach", ID, "sleep", "1001");
    assertThat(read("/sys/fs/cgroup" + cgroup + "/cgroup.procs").lines()).hasSize(2);
    succeed("pause", ID);
    assertThat(show("test-box.scope", "ActiveState")).isEqualTo("ActiveState=active\n");
    succeed("resume", ID);

    succeed("kill", "--all", ID, "KILL");
    while (!read("/proc/" + pid + "/cgroup").isEmpty()) {
      Thread.sleep(20);
    }
    succeed("delete", ID);
    assertThat(show("test-box.scope", "LoadState")).isEqualTo(GONE);
  }

  @Test
  void shouldHaveItsScopeInTheSliceOfTheSystemByDefault() throws Exception {
    configure(ID, null, null, Map.of());

    succeed("run", "--detach", "--bundle", folder.resolve(ID).toString(), ID);

    assertThat(show("lighter-box.scope", "Slice", "ControlGroup"))
        .contains("Slice=system.slice\n", "ControlGroup=/system.slice/lighter-box.scope\n");
    succeed("delete", "--force", ID);
    assertThat(show("lighter-box.scope", "LoadState")).isEqualTo(GONE);
  }

  @Test
  void shouldDoWithoutABus() throws Exception {
    configure(ID, "system.slice:test:box", null, Map.of());

    Outcome created =
        call(
            List.of(
                "env",
                "DBUS_SYSTEM_BUS_ADDRESS=unix:path=/no/such/bus",
                host().runtime().toString(),
                "--root=/run/oci",
                "--cgroup-manager=systemd",
                "create",
                "--bundle",
                folder.resolve(ID).toString(),
                ID));

    assertThat(created).isEqualTo(new Outcome(0, "", ""));
    assertThat(show("test-box.scope", "ActiveState")).isEqualTo("ActiveState=active\n");
  }

  @Test
  void shouldDeleteWhatSystemdHasCollectedAlready() throws Exception {
    configure(ID, "system.slice:test:box", null, Map.of());
    assertThat(create(ID).status()).isZero();
    succeed("start", ID);
    succeed("kill", ID, "KILL");
    while (!show("test-box.scope", "LoadState").equals(GONE)) {
      Thread.sleep(20);
    }

    succeed("delete", ID);
  }

  @Test
  void shouldLeaveTheScopeOfAnotherContainerAlone() throws Exception {
    configure(ID, "system.slice:test:box", null, Map.of());
    configure(OTHER, "system.slice:test:box", null, Map.of());
    assertThat(create(ID).status()).isZero();

    Outcome refused = create(OTHER);

    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.error()).contains("systemd does not start test-box.scope");
    assertThat(read("/proc/" + pid() + "/cgroup")).endsWith("/test-box.scope\n");
    assertThat(oci("list", "-q").output()).isEqualTo(ID + "\n");
  }

  @Test
  void shouldRefuseByNameWhatSystemdDoesNotTake() throws Exception {
    configure(ID, "system.slice:test:box", null, Map.of("org.systemd.property.NoSuch", "true"));
    assertThat(create(ID).error()).contains("test-box.scope").contains("NoSuch");
    configure(ID, "system.slice:test:box", null, Map.of("org.systemd.property.After", "unquoted"));
    assertThat(create(ID).error()).contains("annotations[\"org.systemd.property.After\"]");
    configure(ID, "/system.slice/box", null, Map.of());
    assertThat(create(ID).error()).contains("slice:prefix:name");

    assertThat(show("test-box.scope", "LoadState")).isEqualTo(GONE);
    assertThat(oci("list", "-q").output()).isEmpty();
  }
}
