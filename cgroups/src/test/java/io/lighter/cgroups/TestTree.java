package io.lighter.cgroups;

import io.lighter.linux.Linux;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** A cgroup of a test's own below the root, with all that is in it gone when it is closed. */
final class TestTree implements AutoCloseable {
  /** Part of the path of every cgroup that these tests make. */
  static final String NAME = "lighter-cgroups-test";

  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final Cgroup top;

  private TestTree(Linux linux) {
    top =
        CgroupTree.locate(linux)
            .create(
                "/" + NAME + "-" + ProcessHandle.current().pid() + "-" + NUMBER.getAndIncrement());
  }

  static TestTree make() {
    return new TestTree(Linux.kernel());
  }

  /** Makes a tree whose system calls go through a seam. */
  static TestTree over(InterceptedCalls calls) {
    return new TestTree(new Linux(calls));
  }

  Cgroup top() {
    return top;
  }

  @Override
  public void close() {
    try (Cgroup again = CgroupTree.locate(Linux.kernel()).openIfExists(top.path())) {
      if (again != null) {
        again.thaw();
        again.kill();
        again.remove(Duration.ofSeconds(10));
      }
    } finally {
      top.close();
    }
  }
}
