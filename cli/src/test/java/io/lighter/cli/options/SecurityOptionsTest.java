package io.lighter.cli.options;

import static io.lighter.cli.options.Read.assertRefused;
import static io.lighter.cli.options.Read.host;
import static io.lighter.runtime.spec.Capability.CAP_CHOWN;
import static io.lighter.runtime.spec.Capability.CAP_KILL;
import static io.lighter.runtime.spec.Capability.CAP_NET_ADMIN;
import static io.lighter.runtime.spec.Capability.CAP_NET_RAW;
import static io.lighter.runtime.spec.Capability.CAP_SYS_ADMIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.runtime.spec.Capability;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecurityOptionsTest {
  private static final Set<Capability> DEFAULTS = Set.of(CAP_CHOWN, CAP_NET_RAW);
  private static final Set<Capability> AVAILABLE =
      Set.of(CAP_CHOWN, CAP_NET_RAW, CAP_NET_ADMIN, CAP_KILL);

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "--rm; CHOWN NET_RAW",
        "--cap-add NET_ADMIN; CHOWN NET_RAW NET_ADMIN",
        "--cap-add CAP_NET_ADMIN; CHOWN NET_RAW NET_ADMIN",
        "--cap-add cap_net_admin; CHOWN NET_RAW NET_ADMIN",
        "--cap-add Net_Admin; CHOWN NET_RAW NET_ADMIN",
        "--cap-drop NET_RAW; CHOWN",
        "--cap-drop KILL; CHOWN NET_RAW",
        "--cap-drop ALL; ",
        "--cap-drop all --cap-add KILL; KILL",
        "--cap-add ALL; CHOWN NET_RAW NET_ADMIN KILL",
        "--cap-add all --cap-drop NET_RAW; CHOWN NET_ADMIN KILL",
        "--cap-add ALL --cap-drop ALL; CHOWN NET_RAW NET_ADMIN KILL",
        "--cap-add NET_RAW --cap-drop NET_RAW; CHOWN NET_RAW",
        "--cap-add SYS_ADMIN; CHOWN NET_RAW SYS_ADMIN",
      })
  void shouldCombineCapabilities(String line, String names) {
    Set<Capability> result =
        host(line.split(" ", -1)).security().capabilities().applyTo(DEFAULTS, AVAILABLE);

    String[] expected = names == null ? new String[0] : names.split(" ", -1);
    assertThat(result).extracting(c -> c.name().substring(4)).containsExactlyInAnyOrder(expected);
  }

  @Test
  void shouldKnowCapabilitiesThatAreNotAvailable() {
    assertThat(host("--cap-add", "SYS_ADMIN").security().capabilities().added())
        .containsExactly(CAP_SYS_ADMIN);
  }

  @ParameterizedTest
  @CsvSource({
    "no-new-privileges, true",
    "no-new-privileges=true, true",
    "no-new-privileges:true, true",
    "no-new-privileges=false, false"
  })
  void shouldForbidNewPrivileges(String option, boolean on) {
    assertThat(host("--security-opt", option).security().noNewPrivileges()).isEqualTo(on);
  }

  @Test
  void shouldReadTheConfinement() {
    assertThat(host().security().seccomp()).isNull();
    assertThat(host("--security-opt", "seccomp:unconfined").security().seccomp())
        .isEqualTo(SecurityOptions.SECCOMP_UNCONFINED);
    assertThat(host("--security-opt", "seccomp=a=b.json").security().seccomp())
        .isEqualTo("a=b.json");
    assertThat(host("--security-opt", "systempaths=unconfined").security().systemPathsConfined())
        .isFalse();
    assertThat(host("--security-opt", "label=disable").security().systemPathsConfined()).isTrue();
    assertThat(host("--security-opt", "apparmor=unconfined").security().appArmor())
        .isEqualTo("unconfined");
    assertThat(host("--security-opt", "apparmor:docker-default").security().appArmor())
        .isEqualTo("docker-default");
    assertThat(host().security().appArmor()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "--cap-add; foo; unknown capability: \"foo\"",
        "--cap-add; CAP_ALL; unknown capability",
        "--cap-drop; NET_ADMIN,SYS_ADMIN; unknown capability",
        "--security-opt; foo; it takes name=value",
        "--security-opt; seccomp=; it takes name=value",
        "--security-opt; foo=bar; unknown security option: foo",
        "--security-opt; no-new-privileges=foo; neither true nor false",
        "--security-opt; label=level:x; SELinux labels are not supported yet",
        "--security-opt; systempaths=foo; systempaths takes unconfined",
        "--security-opt; writable-cgroups=true; writable-cgroups is not supported yet",
      })
  void shouldRefuseAndSayWhy(String flag, String value, String reason) {
    assertRefused(flag, value).withMessageContaining(value).withMessageContaining(reason);
  }
}
