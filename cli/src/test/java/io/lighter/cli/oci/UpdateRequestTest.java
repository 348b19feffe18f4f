package io.lighter.cli.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lighter.cli.flags.UsageException;
import io.lighter.runtime.spec.Cpu;
import io.lighter.runtime.spec.Memory;
import io.lighter.runtime.spec.Pids;
import io.lighter.runtime.spec.Resources;
import io.lighter.runtime.spec.SpecException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpdateRequestTest {
  @TempDir private Path folder;

  @Test
  void shouldReadSingleLimits() throws IOException {
    Resources resources =
        read(
            "--memory 64m --memory-swap -1 --memory-reservation 1024 --cpu-share 512 --cpu-quota -1"
                + " --cpu-period 100000 --cpu-burst 10 --cpu-idle 1 --cpuset-cpus 0-1"
                + " --cpuset-mems 0 --pids-limit 20 --blkio-weight 300",
            "");

    assertThat(resources.memory())
        .isEqualTo(
            Memory.NONE.with(
                m -> {
                  m.limit = 64L << 20;
                  m.swap = -1L;
                  m.reservation = 1024L;
                }));
    assertThat(resources.cpu())
        .isEqualTo(
            Cpu.NONE.with(
                c -> {
                  c.shares = 512L;
                  c.quota = -1L;
                  c.period = 100_000L;
                  c.burst = 10L;
                  c.idle = 1L;
                  c.cpus = "0-1";
                  c.mems = "0";
                }));
    assertThat(resources.pids()).isEqualTo(new Pids(20L));
    assertThat(Objects.requireNonNull(resources.blockIo()).weight()).isEqualTo(300);
  }

  @Test
  void shouldLeaveOutWhatIsNotGiven() throws IOException {
    assertThat(read("--pids-limit -1", ""))
        .isEqualTo(Resources.NONE.with(r -> r.pids = new Pids(-1L)));
  }

  @Test
  void shouldReadAFileOrStandardInput() throws IOException {
    String json = "{\"pids\": {\"limit\": 5}}";
    Files.writeString(folder.resolve("limits.json"), json);
    Resources expected = Resources.NONE.with(r -> r.pids = new Pids(5L));

    assertThat(read("--resources -", json)).isEqualTo(expected);
    assertThat(read("-r limits.json", "")).isEqualTo(expected);
  }

  @Test
  void shouldRefuseWhatIsNotLimits() {
    refuse("", "nothing to change");
    refuse("--resources - --memory 1m", "leave out --memory");
    refuse("--memory lots", "invalid size");
    assertThatExceptionOfType(SpecException.class)
        .isThrownBy(() -> read("--resources -", "{\"pids\": 5}"))
        .withMessageContaining("pids");
  }

  private void refuse(String line, String message) {
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> read(line, ""))
        .withMessageContaining(message);
  }

  private Resources read(String line, String input) throws IOException {
    ByteArrayInputStream in = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
    Caller caller = new Caller(folder, Map.of(), in, System.out, System.err);
    return UpdateRequest.read(Calls.flags("update", line), caller);
  }
}
