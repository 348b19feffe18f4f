package io.lighter.cli.oci;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.cli.engines.EngineHost.Outcome;
import io.lighter.runtime.spec.Cpu;
import io.lighter.runtime.spec.Memory;
import io.lighter.runtime.spec.Pids;
import io.lighter.runtime.spec.Resources;
import io.lighter.testing.KernelTest;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** On a kernel that has the controllers limits arrive, and systemd knows of them. */
@KernelTest
class SystemdLimitsKernelTest extends OnSystemdHost {
  private static final String CGROUP = "/sys/fs/cgroup/system.slice/test-box.scope/";

  private static Resources limits(long megabytes) {
    return Resources.NONE.with(
        r -> {
          r.memory = Memory.NONE.with(m -> m.limit = megabytes << 20);
          r.pids = new Pids(1L);
          r.cpu =
              Cpu.NONE.with(
                  c -> {
                    c.shares = 2048L;
                    c.quota = 33_000L;
                    c.period = 100_000L;
                  });
          r.unified = Map.of("memory.oom.group", "1", "memory.low", "1M");
        });
  }

  @Test
  void shouldLimitAndUpdateByTheUnitAndByTheFiles() throws Exception {
    configure(ID, "system.slice:test:box", limits(64), Map.of());

    assertThat(create(ID)).isEqualTo(new Outcome(0, "", ""));

    assertThat(
            show(
                "test-box.scope",
                "MemoryMax",
                "MemoryLow",
                "TasksMax",
                "CPUWeight",
                "CPUQuotaPerSecUSec",
                "CPUQuotaPeriodUSec"))
        .contains(
            "MemoryMax=" + (64L << 20) + "\n",
            "MemoryLow=" + (1L << 20) + "\n",
            "TasksMax=1\n",
            "CPUWeight=174\n",
            "CPUQuotaPerSecUSec=330ms\n",
            "CPUQuotaPeriodUSec=100ms\n");
    assertThat(read(CGROUP + "memory.max")).isEqualTo((64L << 20) + "\n");
    assertThat(read(CGROUP + "memory.oom.group")).isEqualTo("1\n");
    assertThat(read(CGROUP + "pids.max")).isEqualTo("1\n");
    assertThat(read(CGROUP + "cpu.weight")).isEqualTo("174\n");
    assertThat(read(CGROUP + "cpu.max")).isEqualTo("33000 100000\n");
    succeed("start", ID);

    succeed("update", "--memory", "128m", "--pids-limit", "77", "--cpu-quota", "50000", ID);

    assertThat(show("test-box.scope", "MemoryMax", "TasksMax", "CPUQuotaPerSecUSec"))
        .contains(
            "MemoryMax=" + (128L << 20) + "\n", "TasksMax=77\n", "CPUQuotaPerSecUSec=500ms\n");
    // systemd writes its own again when it is reloaded.
    assertThat(host().run("systemctl", "daemon-reload").status()).isZero();
    assertThat(read(CGROUP + "memory.max")).isEqualTo((128L << 20) + "\n");
    assertThat(read(CGROUP + "pids.max")).isEqualTo("77\n");
    assertThat(read(CGROUP + "cpu.max")).isEqualTo("50000 100000\n");
    assertThat(read(CGROUP + "cpu.weight")).isEqualTo("174\n");
    assertThat(show("test-box.scope", "ActiveState")).isEqualTo("ActiveState=active\n");
  }
}
