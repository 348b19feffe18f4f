package io.lighter.proxy.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.linux.Linux;
import io.lighter.linux.Sched;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A network namespace with a thread in it. A socket belongs to the namespace of the thread that
 * opens it, and a thread or process begins in that of the thread that starts it.
 */
final class NetNamespace implements AutoCloseable {
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final int number;

  NetNamespace() throws Exception {
    number =
        run(
            () -> {
              Linux.kernel().processes().unshare(Sched.CLONE_NEWNET);
              return Linux.kernel().credentials().gettid();
            });
    shell("ip link set lo up");
  }

  /** Connects both by a pair of interfaces, with these addresses. */
  void connect(
      String own, NetNamespace other, String others, String ownAddresses, String othersAddresses)
      throws Exception {
    shell("ip link add %s type veth peer name %s netns %d".formatted(own, others, other.number));
    raise(own, ownAddresses);
    other.raise(others, othersAddresses);
  }

  private void raise(String link, String addresses) throws Exception {
    for (String address : addresses.split(" ", -1)) {
      shell("ip address add " + address + " dev " + link + (address.contains(":") ? " nodad" : ""));
    }
    shell("ip link set " + link + " up");
  }

  <T> T run(Callable<T> work) throws Exception {
    return thread.submit(work).get();
  }

  /**
   * Runs a command of the shell; returns what it printed. A thread of the JDK waits for processes,
   * for a while after the last too, so it is not to begin in the namespace.
   */
  String shell(String command) throws IOException, InterruptedException {
    long pid = ProcessHandle.current().pid();
    String here = "--net=/proc/%d/task/%d/ns/net".formatted(pid, number);
    Process process =
        new ProcessBuilder("nsenter", here, "sh", "-ec", command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s: %s", command, output).isZero();
    return output;
  }

  @Override
  public void close() {
    thread.close();
  }
}
