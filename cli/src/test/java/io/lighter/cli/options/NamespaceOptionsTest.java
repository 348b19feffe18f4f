package io.lighter.cli.options;

import static io.lighter.cli.options.Read.assertRefused;
import static io.lighter.cli.options.Read.host;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamespaceOptionsTest {
  @ParameterizedTest
  @CsvSource({
    "--rm, false",
    "--network none, false",
    "--network host, true",
    "--net host, true",
    "--network name=host, true"
  })
  void shouldChooseTheNetwork(String line, boolean ofHost) {
    assertThat(host(line.split(" ", -1)).namespaces().hostNetwork()).isEqualTo(ofHost);
  }

  @Test
  void shouldShareWithTheHost() {
    NamespaceOptions all =
        host("--ipc", "host", "--pid", "host", "--uts", "host", "--cgroupns", "host").namespaces();

    assertThat(all.ipc()).isEqualTo(NamespaceOptions.Ipc.HOST);
    assertThat(all.hostPid()).isTrue();
    assertThat(all.hostUts()).isTrue();
    assertThat(all.hostCgroup()).isTrue();
    assertThat(host("--ipc", "none", "--pid", "").namespaces().ipc())
        .isEqualTo(NamespaceOptions.Ipc.NONE);
    assertThat(host("--cgroupns", "private").namespaces().hostCgroup()).isFalse();
  }

  @Test
  void shouldReadNames() {
    NamespaceOptions named =
        host("-h", "a.b", "--domainname", "c", "--cgroup-parent", "x//y/").namespaces();

    assertThat(named.hostname()).isEqualTo("a.b");
    assertThat(named.domainname()).isEqualTo("c");
    assertThat(named.cgroupParent()).isEqualTo("/x/y");
    assertThat(host("-h", "").namespaces().hostname()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "net.core.somaxconn=1",
        "net.ipv4.ip_local_port_range=1024 2048",
        "kernel.shmmax=1",
        "kernel.shm_rmid_forced=0",
        "fs.mqueue.msg_max=5",
        "net.ipv4.x="
      })
  void shouldLetNamespacedParametersThrough(String parameter) {
    int equals = parameter.indexOf('=');

    assertThat(host("--sysctl", parameter).namespaces().sysctl())
        .containsEntry(parameter.substring(0, equals), parameter.substring(equals + 1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kernel.core_pattern=|/x",
        "kernel.shmmax",
        "=1",
        "vm.overcommit_memory=1",
        "kernel.shmmax+kernel.core_pattern=1",
        "net.+x=1",
        "net./../kernel/core_pattern=1",
        "net.ipv4/../../kernel/x=1",
        "net..x=1",
        "net.=1",
        "net=1",
        "kernel/shmmax=1",
        "kernel.hostname=x",
        "fs.mqueuex=1",
        "net.x=1\n2"
      })
  void shouldRefuseOtherParameters(String parameter) {
    assertRefused("--sysctl", parameter);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "--network host --sysctl net.core.somaxconn=1; would change the host's network",
        "--ipc host --sysctl kernel.shmmax=1; would change the host's IPC",
        "--network bridge; it is not supported yet, a network is none or host",
        "--network container:x; it is not supported yet",
        "--network=; no name set for network",
        "--network none --net host; more than one --network",
        "--ipc container:x; is not supported yet",
        "--ipc shareable; is not supported yet",
        "--ipc foo; invalid IPC mode",
        "--pid container:x; is not supported yet",
        "--pid private; it takes host",
        "--uts private; it takes host",
        "--uts host -h x; cannot be used with --uts host",
        "--cgroupns foo; it takes private or host",
        "--cgroup-parent x.slice; systemd slices are not supported yet",
        "--cgroup-parent /a/../..; it holds '..'",
        "-h aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; 64 bytes",
        "-h a\tb; control character",
      })
  void shouldRefuseAndSayWhy(String line, String reason) {
    assertRefused(line.split(" ", -1)).withMessageContaining(reason);
  }
}
