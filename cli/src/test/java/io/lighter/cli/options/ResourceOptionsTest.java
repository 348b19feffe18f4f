package io.lighter.cli.options;

import static io.lighter.cli.options.Read.assertRefused;
import static io.lighter.cli.options.Read.host;
import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.runtime.spec.Rlimit;
import io.lighter.runtime.spec.RlimitType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResourceOptionsTest {
  @ParameterizedTest
  @CsvSource({
    "'', 0, 0, 0",
    "-m 1g, 1073741824, 2147483648, 0",
    "-m 1g --memory-swap -1, 1073741824, -1, 0",
    "-m 1g --memory-swap 1g, 1073741824, 1073741824, 0",
    "-m 1g --memory-swap 0, 1073741824, 2147483648, 0",
    "-m 6m --memory-reservation 6m, 6291456, 12582912, 6291456",
    "--memory-swap -1, 0, -1, 0",
    "--memory-reservation 64m, 0, 0, 67108864",
    "-m 0, 0, 0, 0",
    "-m 9223372036854775807, 9223372036854775807, -1, 0"
  })
  void shouldLimitMemory(String line, long limit, long swap, long reservation) {
    assertThat(resources(line).memory()).isEqualTo(new MemoryOptions(limit, swap, reservation));
  }

  @ParameterizedTest
  @CsvSource({
    "'', 0, 0, 0, 0",
    "--cpus 1.5, 1500000000, 0, 0, 0",
    "--cpus 0.01, 10000000, 0, 0, 0",
    "--cpus .5, 500000000, 0, 0, 0",
    "--cpus 2., 2000000000, 0, 0, 0",
    "--cpus 0, 0, 0, 0, 0",
    "--cpus 0.123456789, 123456789, 0, 0, 0",
    "--cpu-quota 5000 --cpu-period 10000, 0, 0, 5000, 10000",
    "--cpu-quota -1, 0, 0, -1, 0",
    "-c 512, 0, 512, 0, 0",
    "-c 1, 0, 2, 0, 0",
    "-c 1000000, 0, 262144, 0, 0"
  })
  void shouldShareProcessors(String line, long nanos, long shares, long quota, long period) {
    assertThat(resources(line).cpu())
        .isEqualTo(new CpuOptions(nanos, shares, quota, period, "", ""));
  }

  @Test
  void shouldReadSets() {
    CpuOptions cpu = host("--cpuset-cpus", "0-3,7", "--cpuset-mems", "0").resources().cpu();

    assertThat(cpu.cpus()).isEqualTo("0-3,7");
    assertThat(cpu.memoryNodes()).isEqualTo("0");
  }

  @ParameterizedTest
  @CsvSource({
    "nofile=1024, NOFILE, 1024, 1024",
    "nofile=1024:2048, NOFILE, 1024, 2048",
    "nofile=-1, NOFILE, -1, -1",
    "nofile=1024:-1, NOFILE, 1024, -1",
    "nofile=+5, NOFILE, 5, 5",
    "core=0, CORE, 0, 0",
    "cpu=1, CPU, 1, 1",
    "data=1, DATA, 1, 1",
    "fsize=1, FSIZE, 1, 1",
    "locks=1, LOCKS, 1, 1",
    "memlock=1, MEMLOCK, 1, 1",
    "msgqueue=1, MSGQUEUE, 1, 1",
    "nice=1, NICE, 1, 1",
    "nproc=1, NPROC, 1, 1",
    "rss=1, RSS, 1, 1",
    "rtprio=1, RTPRIO, 1, 1",
    "rttime=1, RTTIME, 1, 1",
    "sigpending=1, SIGPENDING, 1, 1",
    "stack=1, STACK, 1, 1"
  })
  void shouldReadUlimits(String value, String type, long soft, long hard) {
    assertThat(host("--ulimit", value).resources().rlimits())
        .containsExactly(new Rlimit(RlimitType.valueOf("RLIMIT_" + type), hard, soft));
  }

  @Test
  void shouldKeepTheLastUlimitOfAType() {
    assertThat(host("--ulimit", "nofile=1", "--ulimit", "nofile=2").resources().rlimits())
        .containsExactly(new Rlimit(RlimitType.RLIMIT_NOFILE, 2, 2));
  }

  @ParameterizedTest
  @CsvSource({
    "--pids-limit 100, 100, 0",
    "--pids-limit -1, -1, 0",
    "--oom-score-adj -1000, 0, -1000",
    "--oom-score-adj 1000, 0, 1000"
  })
  void shouldReadTheOthers(String line, long pids, int adjustment) {
    assertThat(resources(line).pids()).isEqualTo(pids);
    assertThat(resources(line).oomScoreAdjustment()).isEqualTo(adjustment);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "-m 5m; minimum memory limit allowed is 6MB",
        "-m 1g --memory-swap 512m; cannot be smaller than --memory",
        "--memory-swap 1g; needs --memory",
        "--memory-swap -2; invalid size: '-2'",
        "--memory-swap -1 --memory-swap 1x -m 1g; invalid suffix",
        "-m 1g --memory-reservation 2g; cannot be larger than --memory",
        "--memory-reservation 1m; minimum memory reservation",
        "--cpus -1; it is not a number",
        "--cpus 1/2; it is not a number",
        "--cpus .; it is not a number",
        "--cpus 0.001; less than 0.01",
        "--cpus 0.0000000001; value is too precise",
        "--cpus 99999999; it is larger than",
        "--cpus 1 --cpu-quota 1000; --cpus excludes",
        "--cpu-period 999; 1000 to 1000000",
        "--cpu-quota 999; at least 1000",
        "--cpu-quota -2; at least 1000",
        "-c -1; cannot be negative",
        "--cpuset-cpus abc; it is not a number",
        "--cpuset-cpus 3-1; runs backwards",
        "--cpuset-cpus 0,; it is not a number",
        "--oom-score-adj 1001; [-1000, 1000]",
        "--ulimit nofile=2048:1024; less than or equal to hard limit",
        "--ulimit nofile=-1:5; less than or equal to hard limit",
        "--ulimit nofile=-2; -1 for none",
        "--ulimit nofile; invalid ulimit argument",
        "--ulimit nofile=1:2:3; soft[:hard]",
        "--ulimit as=1; invalid ulimit type: as",
      })
  void shouldRefuseAndSayWhy(String line, String reason) {
    assertRefused(line.split(" ", -1)).withMessageContaining(reason);
  }

  private static ResourceOptions resources(String line) {
    return (line.isEmpty() ? host() : host(line.split(" ", -1))).resources();
  }
}
