package io.lighter.proxy.relay;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.lighter.linux.Linux;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class IdleMemoryTest {
  /** So many that no table grows while those are counted that come after them. */
  private static final int BEFORE = 40_000;

  private static final int COUNTED = 20_000;

  /** Two entries of the loop's table, and one in each list of the worker. */
  private static final int IN_TABLES = 4 * 4;

  /** All that a connection has while nothing is under way in it, counted as it is made. */
  @Test
  void shouldTakeAQuarterOfAKilobyteForAnIdleConnection() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    RelayConfig config = RelayConfig.of(e -> {});
    try (EventLoop loop = new EventLoop(Linux.kernel(), "idle", config.errors())) {
      Worker worker = new Worker(Linux.kernel(), loop, config);
      for (int i = 0; i < BEFORE; i++) {
        assertThat(new Connection(worker).isActive()).isFalse();
      }
      long before = threads.getCurrentThreadAllocatedBytes();
      int active = 0;
      for (int i = 0; i < COUNTED; i++) {
        active += new Connection(worker).isActive() ? 1 : 0;
      }
      long bytes = threads.getCurrentThreadAllocatedBytes() - before;
      assertThat(active).isZero();
      assertThat(bytes / COUNTED + IN_TABLES).isLessThanOrEqualTo(256);
    }
  }
}
