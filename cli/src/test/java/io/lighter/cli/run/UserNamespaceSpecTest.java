package io.lighter.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.UsageException;
import io.lighter.cli.options.Environment;
import io.lighter.cli.options.RunOptions;
import io.lighter.runtime.IdRanges;
import io.lighter.runtime.IdRanges.Range;
import io.lighter.runtime.OwnUsers;
import io.lighter.runtime.spec.Capability;
import io.lighter.runtime.spec.Device;
import io.lighter.runtime.spec.DeviceType;
import io.lighter.runtime.spec.Mount;
import io.lighter.runtime.spec.Spec;
import io.lighter.runtime.spec.SpecValidation;
import io.lighter.runtime.spec.User;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class UserNamespaceSpecTest {
  private static final Host HOST =
      new Host("box", EnumSet.allOf(Capability.class), 2, "this is no root");
  private static final IdRanges ONE = new IdRanges(List.of(new Range(0, 1)));
  private static final IdRanges MANY = new IdRanges(List.of(new Range(0, 1), new Range(1, 65536)));
  private static final OwnUsers SINGLE = new OwnUsers(false, false, ONE, ONE);
  private static final OwnUsers LENT = new OwnUsers(false, true, MANY, MANY);
  private static final GrantedDevice NOUGHT =
      new GrantedDevice(
          new Device("/dev/nought", DeviceType.CHAR, 1, 5, 0666, 0L, 0L), "rwm", "/dev/zero");

  private static Spec spec(String line, OwnUsers users, boolean ownCgroup, User user) {
    Flags flags = Flags.parse(line.split(" ", -1));
    RunOptions options = RunOptions.read(flags, Path.of("/work"), new Environment(Map.of()));
    List<GrantedDevice> devices = List.of(NOUGHT);
    Spec before = RunSpec.of(options, HOST, "0123456789abcdef", "/lower", devices, null);
    Spec named =
        before.with(s -> s.process = Objects.requireNonNull(s.process).with(p -> p.user = user));
    Spec after = new UserNamespaceSpec(options, users, ownCgroup).of(named, devices);
    SpecValidation.check(after);
    return after;
  }

  private static Spec spec(String line, OwnUsers users, boolean ownCgroup) {
    return spec(line, users, ownCgroup, new User(0, 0, null, List.of(0L)));
  }

  private static Mount at(Spec spec, String destination) {
    return spec.mounts().stream()
        .filter(mount -> mount.destination().equals(destination))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void shouldBindWhatShowsNamespacesThatAreNotItsOwn() {
    Spec own = spec("host sh", LENT, true);
    assertThat(at(own, "/sys").type()).isEqualTo("sysfs");
    assertThat(at(own, "/proc").type()).isEqualTo("proc");

    Spec shared = spec("--network host --pid host host sh", LENT, true);
    assertThat(at(shared, "/sys"))
        .isEqualTo(
            new Mount(
                "/sys", "bind", "/sys", List.of("rbind", "nosuid", "noexec", "nodev", "rro")));
    assertThat(at(shared, "/proc").options()).contains("rbind").doesNotContain("rro");
  }

  @Test
  void shouldBindDevicesInPlaceOfMakingThem() {
    Spec spec = spec("host sh", LENT, false);

    assertThat(spec.linuxOrEmpty().devices()).isEmpty();
    assertThat(at(spec, "/dev/nought").source()).isEqualTo("/dev/zero");
  }

  @Test
  void shouldShowAForeignCgroupOnlyReadOnly() {
    assertThat(at(spec("--privileged host sh", LENT, true), "/sys/fs/cgroup").options())
        .contains("rw");
    assertThat(at(spec("--privileged host sh", LENT, false), "/sys/fs/cgroup").options())
        .contains("ro")
        .doesNotContain("rw");
    assertThat(at(spec("--cgroupns host host sh", LENT, false), "/sys/fs/cgroup").options())
        .contains("rbind", "rro");
  }

  @Test
  void shouldLeaveOutTheGroupOfTerminalsWhereItIsNotMapped() {
    assertThat(at(spec("host sh", LENT, false), "/dev/pts").options()).contains("gid=5");
    assertThat(at(spec("host sh", SINGLE, false), "/dev/pts").options())
        .contains("newinstance")
        .noneMatch(option -> option.startsWith("gid="));
  }

  @Test
  void shouldKeepOnlyGroupsThatCanBeSet() {
    User user = new User(0, 0, null, List.of(0L, 5L, 70_000L));

    assertThat(groups(spec("host sh", LENT, false, user))).containsExactly(0L, 5L);
    assertThat(groups(spec("host sh", SINGLE, false, user))).containsExactly(0L);
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> spec("host sh", SINGLE, false, new User(5, 0, null, List.of())))
        .withMessageContaining("the user 5 is not mapped: there are 0; ");
  }

  private static List<Long> groups(Spec spec) {
    return Objects.requireNonNull(spec.process()).user().additionalGids();
  }

  @Test
  void shouldRefuseWhatNeedsACgroup() {
    for (String line : List.of("-m 64m host sh", "--cpus 1 host sh", "--pid host host sh")) {
      assertThatExceptionOfType(UsageException.class)
          .isThrownBy(() -> spec(line, LENT, false))
          .withMessageContaining("Delegate=yes");
      assertThat(spec(line, LENT, true).mounts()).isNotEmpty();
    }
  }
}
