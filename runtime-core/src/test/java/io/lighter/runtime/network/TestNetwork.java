package io.lighter.runtime.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.Sched;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A network namespace of a test, with one thread that lives in it. */
final class TestNetwork implements AutoCloseable {
  private final Linux linux = Linux.kernel();
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());
  private final Fd namespace;

  TestNetwork() {
    namespace =
        inside(
            () -> {
              linux.processes().unshare(Sched.CLONE_NEWNET);
              return linux
                  .files()
                  .openat(Fd.WORKING_FOLDER, "/proc/thread-self/ns/net", Fcntl.O_RDONLY, 0);
            });
  }

  Fd namespace() {
    return namespace;
  }

  /** Runs something on the thread in the namespace; what it throws is thrown. */
  <T> T inside(Callable<T> action) {
    try {
      return thread.submit(action).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new AssertionError(e.getCause());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Runs ip(8) in the namespace and returns what it prints. Not on the thread there: the JDK's
   * thread that waits for processes would be born there, and stay.
   */
  String ip(String arguments) {
    String file =
        namespace.procPath().replace("self", Long.toString(ProcessHandle.current().pid()));
    return run("nsenter --net=" + file + " ip " + arguments);
  }

  /** Makes a pair of virtual devices. */
  TestNetwork veth(String name, String peer) {
    ip("link add " + name + " type veth peer name " + peer);
    return this;
  }

  /** Returns the addresses that ip(8) shows of a device, link-local ones left out. */
  List<String> addresses(String device) {
    List<String> found = new ArrayList<>();
    for (String line : ip("-o address show dev " + device).split("\n", -1)) {
      if (!line.contains("scope link")) {
        String[] words = line.trim().split("\\s+", -1);
        for (int i = 1; i < words.length; i++) {
          if (words[i - 1].equals("inet") || words[i - 1].equals("inet6")) {
            found.add(words[i]);
          }
        }
      }
    }
    return found;
  }

  boolean has(String device) {
    return ip("-o link").contains(": " + device + "@")
        || ip("-o link").contains(": " + device + ":");
  }

  private static String run(String command) {
    try {
      Process process =
          new ProcessBuilder(command.split(" ", -1)).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as("%s: %s", command, output).isZero();
      return output;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(command, e);
    }
  }

  @Override
  public void close() {
    namespace.close();
    thread.close();
  }
}
