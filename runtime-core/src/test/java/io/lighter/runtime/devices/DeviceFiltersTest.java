package io.lighter.runtime.devices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lighter.linux.Errno;
import io.lighter.linux.Linux;
import io.lighter.linux.RecordedSystemCalls;
import io.lighter.linux.SystemCall;
import io.lighter.runtime.spec.DefaultContainer;
import io.lighter.runtime.spec.DeviceRule;
import io.lighter.runtime.spec.UnsupportedSpecException;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.Resource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceFiltersTest {
  private static final List<DeviceRule> RULES = DefaultContainer.DEVICE_RULES;

  @Test
  @RequiresRoot
  @LeavesNothing(except = {Resource.THREAD, Resource.CGROUP, Resource.NETWORK_NAMESPACE})
  void shouldLoadOneProgramForRulesThatSayTheSame() {
    DeviceFilters filters = new DeviceFilters(Linux.kernel());
    List<DeviceRule> twice = new ArrayList<>(RULES);
    twice.addAll(RULES);

    DeviceFilter first = filters.open(RULES);
    DeviceFilter second = filters.open(twice);
    DeviceFilter other = filters.open(RULES.subList(0, 1));
    assertThat(filters.size()).isEqualTo(2);
    first.close();
    first.close();
    assertThat(filters.size()).as("closed once by one of two").isEqualTo(2);
    second.close();
    assertThat(filters.size()).isEqualTo(1);
    other.close();
    assertThat(filters.size()).isZero();
    assertThat(filters.obstacle()).isNull();
  }

  @Test
  @RequiresRoot
  void shouldLoadTheLongestThatIsCompiled() {
    List<DeviceRule> rules = new ArrayList<>();
    DeviceRule first = RULES.get(3);
    for (long i = 0; i < 1_350; i++) {
      rules.add(new DeviceRule(true, first.type(), 1_000 + i, i, "r"));
    }
    assertThat(DeviceCompiler.compile(rules).length()).isGreaterThan(4_000);
    try (DeviceFilter filter = new DeviceFilters(Linux.kernel()).open(rules)) {
      assertThat(filter.program().length()).isLessThanOrEqualTo(4_096);
    }
  }

  @ParameterizedTest
  @CsvSource({
    Errno.EINVAL + ", CONFIG_CGROUP_BPF",
    Errno.ENOSYS + ", CONFIG_BPF_SYSCALL",
    Errno.EPERM + ", CAP_BPF and CAP_NET_ADMIN",
    Errno.ENOMEM + ", ENOMEM"
  })
  void shouldSayWhyAHostCannotLoadThem(int errno, String reason) {
    Linux host =
        new Linux(new RecordedSystemCalls((call, printed) -> call == SystemCall.BPF ? -errno : 0));
    DeviceFilters filters = new DeviceFilters(host);

    assertThat(filters.obstacle()).contains(reason);
    assertThatExceptionOfType(UnsupportedSpecException.class)
        .isThrownBy(() -> filters.open(RULES))
        .withMessageStartingWith("linux.resources.devices: a filter of devices is not supported: ")
        .withMessageContaining(reason);
  }
}
