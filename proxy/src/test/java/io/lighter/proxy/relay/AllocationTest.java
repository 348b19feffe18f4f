package io.lighter.proxy.relay;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.proxy.service.Behaviour;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.Resource;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What is relayed allocates nothing on the heap, once the JVM has compiled it. */
@ExtendWith(JdkSockets.class)
@LeavesNothing(except = {Resource.CGROUP, Resource.NETWORK_NAMESPACE})
class AllocationTest {
  /** The JVM compiles in the background, and what is not compiled may allocate. */
  private static final int ROUNDS = 60;

  private static final int REQUESTS = 2_000;

  private interface Work {
    void run() throws IOException;
  }

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private long allocated() {
    Thread loop =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().equals("relay-0"))
            .findFirst()
            .orElseThrow();
    return threads.getThreadAllocatedBytes(loop.threadId());
  }

  private void shouldComeToAllocateNothing(Work work) throws IOException {
    long least = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS && least > 0; round++) {
      long before = allocated();
      for (int i = 0; i < REQUESTS; i++) {
        work.run();
      }
      least = Math.min(least, allocated() - before);
    }
    assertThat(least).as("bytes in " + REQUESTS + " requests").isZero();
  }

  private static void roundTrip(Socket socket, byte[] bytes) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(bytes);
    int left = bytes.length;
    while (left > 0) {
      left -= socket.getInputStream().read(bytes, 0, left);
    }
  }

  @Test
  void shouldAllocateNothingForARequest() throws Exception {
    try (Rig rig = new Rig(Linux.kernel(), 1)) {
      rig.apply(Behaviour.DEFAULT, rig.server('a').endpoint());
      try (Socket socket = rig.connect()) {
        assertThat(Rig.name(socket)).isEqualTo('a');
        byte[] bytes = new byte[64];
        shouldComeToAllocateNothing(() -> roundTrip(socket, bytes));
      }
    }
  }

  @Test
  void shouldAllocateNothingForAConnection(@TempDir Path folder) throws Exception {
    Linux linux = Linux.kernel();
    Path path = folder.resolve("access.log");
    int flags = Fcntl.O_WRONLY | Fcntl.O_CREAT | Fcntl.O_APPEND;
    try (Fd file = linux.files().openat(Fd.WORKING_FOLDER, path.toString(), flags, 0600);
        Rig rig = new Rig(linux, config -> config.withLoops(1).withAccessLog(file))) {
      rig.apply(Behaviour.DEFAULT, rig.server('a').endpoint());
      shouldComeToAllocateNothing(rig::ask);
      rig.relay.close();
      assertThat(Files.readAllLines(path))
          .hasSizeGreaterThanOrEqualTo(REQUESTS)
          .allSatisfy(
              line ->
                  assertThat(line)
                      .matches(
                          "time=20[-0-9T:.]+Z service=web endpoint=127.0.0.1:[0-9]+ end=[a-z-]+"
                              + " client=127.0.0.1:[0-9]+ attempts=1 connect-us=[0-9]+"
                              + " total-us=[0-9]+ to=0 from=1"));
    }
  }
}
