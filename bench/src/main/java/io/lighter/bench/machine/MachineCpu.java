package io.lighter.bench.start;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Processor time of the whole machine (proc_stat(5), first line), in microseconds: the only account
 * that also has what the kernel does later on a subject's behalf, such as taking down a namespace.
 * On a machine that does other work it has that too.
 *
 * @param busy everything but idle and waiting for disks
 * @param stolen by the hypervisor
 */
record MachineCpu(long busy, long stolen) {

  /** USER_HZ is 100 on every architecture that this project runs on. */
  private static final long MICROS_PER_TICK = 10_000;

  static MachineCpu now() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/stat"))) {
      return parse(lines.findFirst().orElseThrow());
    }
  }

  /** {@code cpu user nice system idle iowait irq softirq steal guest guest_nice}. */
  static MachineCpu parse(String line) {
    String[] ticks = line.split(" +", -1);
    long busy = 0;
    for (int field : new int[] {1, 2, 3, 6, 7}) {
      busy += Long.parseLong(ticks[field]);
    }
    return new MachineCpu(busy * MICROS_PER_TICK, Long.parseLong(ticks[8]) * MICROS_PER_TICK);
  }
}
