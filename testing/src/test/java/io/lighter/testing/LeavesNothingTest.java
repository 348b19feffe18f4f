package io.lighter.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

class LeavesNothingTest {

  /** What the specimens leave behind, so that it can be put away after the look at it. */
  private static final List<AutoCloseable> LEFT = new ArrayList<>();

  @AfterEach
  void putAway() throws Exception {
    for (AutoCloseable one : LEFT) {
      one.close();
    }
    LEFT.clear();
  }

  @Test
  void shouldPassWhenNothingIsLeft() {
    assertThat(failuresOf(Clean.class)).isEmpty();
  }

  @Test
  void shouldNameDescriptorThatIsLeft() {
    assertThat(failuresOf(LeavesDescriptor.class)).contains("left behind").contains("/etc/passwd");
  }

  @Test
  void shouldNameThreadThatIsLeft() {
    assertThat(failuresOf(LeavesThread.class)).contains("thread: ").contains("(forgotten)");
  }

  @Test
  void shouldNameChildThatIsLeft() {
    assertThat(failuresOf(LeavesChild.class)).contains("child process: ").contains("(sleep)");
  }

  @Test
  void shouldCountMappingsThatAreLeft() {
    assertThat(failuresOf(LeavesMappings.class)).contains("memory mappings: ");
  }

  @Test
  @RequiresRoot
  void shouldNameCgroupThatIsLeft() {
    assertThat(failuresOf(LeavesCgroup.class)).contains("cgroup: ").contains("left-by-test");
  }

  @Test
  @RequiresRoot
  void shouldNotBlameTestForCgroupOfAnotherProcess() {
    assertThat(failuresOf(LeavesCgroupOfAnother.class)).isEmpty();
  }

  @Test
  void shouldLookAtClassOnceFromFirstToLast() {
    assertThat(failuresOf(LeavesDescriptorAsClass.class)).contains("/etc/passwd");
  }

  @Test
  void shouldIgnoreWhatTheTestSays() {
    assertThat(failuresOf(LeavesWhatIsIgnored.class)).isEmpty();
  }

  private static String failuresOf(Class<?> testClass) {
    return EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(testClass))
        .execute()
        .allEvents()
        .failed()
        .stream()
        .map(LeavesNothingTest::message)
        .collect(Collectors.joining("\n"));
  }

  private static String message(Event event) {
    return event
        .getPayload(TestExecutionResult.class)
        .flatMap(TestExecutionResult::getThrowable)
        .map(Throwable::toString)
        .orElse("");
  }

  private static void openFile() throws IOException {
    LEFT.add(new FileInputStream("/etc/passwd"));
  }

  @Tag("specimen")
  static class Clean {

    @Test
    @LeavesNothing
    void shouldReadFile() throws IOException {
      assertThat(Files.readAllBytes(Path.of("/etc/passwd"))).isNotEmpty();
    }

    @Test
    @LeavesNothing
    void shouldWaitForChild() throws Exception {
      assertThat(new ProcessBuilder("true").start().waitFor()).isZero();
    }
  }

  @Tag("specimen")
  static class LeavesDescriptor {

    @Test
    @LeavesNothing(settle = 0)
    void shouldFail() throws IOException {
      openFile();
    }
  }

  @Tag("specimen")
  @LeavesNothing(settle = 0)
  static class LeavesDescriptorAsClass {

    @Test
    void shouldFail() throws IOException {
      openFile();
    }
  }

  @Tag("specimen")
  static class LeavesWhatIsIgnored {

    @Test
    @LeavesNothing(settle = 0, ignoring = "/etc/pass.*")
    void shouldPass() throws IOException {
      openFile();
    }
  }

  @Tag("specimen")
  static class LeavesThread {

    @Test
    @LeavesNothing(settle = 0)
    void shouldFail() {
      CountDownLatch end = new CountDownLatch(1);
      Thread thread =
          new Thread(
              () -> {
                try {
                  end.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              },
              "forgotten");
      thread.start();
      LEFT.add(
          () -> {
            end.countDown();
            thread.join();
          });
    }
  }

  @Tag("specimen")
  static class LeavesChild {

    @Test
    @LeavesNothing(settle = 0, except = Resource.DESCRIPTOR)
    void shouldFail() throws IOException {
      Process sleep = new ProcessBuilder("sleep", "60").start();
      LEFT.add(() -> sleep.destroyForcibly().waitFor());
    }
  }

  @Tag("specimen")
  static class LeavesMappings {

    private static final int MANY = 300;

    @Test
    @LeavesNothing(settle = 0)
    void shouldFail() throws IOException {
      List<Object> kept = new ArrayList<>();
      try (FileChannel file = FileChannel.open(Path.of("/etc/passwd"))) {
        for (int i = 0; i < MANY; i++) {
          kept.add(file.map(MapMode.READ_ONLY, 0, 1));
        }
      }
      LEFT.add(kept::clear);
    }
  }

  private static void makeCgroup(long owner) throws IOException {
    Mount tree =
        Mount.ofThisProcess().stream()
            .filter(mount -> mount.type().startsWith("cgroup"))
            .findFirst()
            .orElseThrow();
    Path folder = Files.createDirectory(Path.of(tree.point(), "left-by-test-" + owner));
    LEFT.add(() -> Files.delete(folder));
  }

  @Tag("specimen")
  static class LeavesCgroup {

    @Test
    @LeavesNothing(settle = 0, cgroups = "left-by-test")
    void shouldFail() throws IOException {
      makeCgroup(ProcessHandle.current().pid());
    }
  }

  @Tag("specimen")
  static class LeavesCgroupOfAnother {

    @Test
    @LeavesNothing(settle = 0, cgroups = "left-by-test")
    void shouldPass() throws IOException {
      makeCgroup(ProcessHandle.current().parent().orElseThrow().pid());
    }
  }
}
