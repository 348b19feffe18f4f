package io.lighter.testing;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Ends the JVM, with a dump of its threads, when one test has taken far longer than any may.
 *
 * <p>JUnit's time-outs interrupt, which does nothing to a thread that waits in a system call of
 * ours; without this such a test would take all the time of a build, and say nothing.
 *
 * <p>Registered as a service, so that every room has it. The time is the system property {@value
 * #PROPERTY}, in seconds, {@value #SECONDS} unless it is set.
 */
public final class HangingTestEnd implements TestExecutionListener {
  static final String PROPERTY = "lighter.test.longest";
  static final long SECONDS = 600;

  /** The exit code of a JVM that was ended. */
  public static final int EXIT_CODE = 86;

  private final Duration longest = Duration.ofSeconds(Long.getLong(PROPERTY, SECONDS));
  private final Map<String, ScheduledFuture<?>> running = new ConcurrentHashMap<>();
  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().daemon().name("hanging-test-end").factory());

  /** For the launcher of JUnit. */
  public HangingTestEnd() {
    timer.setRemoveOnCancelPolicy(true);
    timer.prestartAllCoreThreads(); // a test that looks for threads finds it from the beginning
  }

  @Override
  public void executionStarted(TestIdentifier test) {
    if (test.isTest()) {
      Runnable end = () -> end(test, System.err);
      running.put(
          test.getUniqueId(), timer.schedule(end, longest.toMillis(), TimeUnit.MILLISECONDS));
    }
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    ScheduledFuture<?> end = running.remove(test.getUniqueId());
    if (end != null) {
      end.cancel(false);
    }
  }

  @Override
  public void testPlanExecutionFinished(TestPlan plan) {
    timer.shutdownNow();
  }

  private void end(TestIdentifier test, PrintStream to) {
    to.println(test.getUniqueId() + " has taken " + longest.toSeconds() + " s: the JVM ends.");
    for (ThreadInfo thread : ManagementFactory.getThreadMXBean().dumpAllThreads(true, true)) {
      to.println("\"" + thread.getThreadName() + "\" " + thread.getThreadState());
      for (StackTraceElement frame : thread.getStackTrace()) {
        to.println("    at " + frame);
      }
    }
    to.flush();
    // Nobody else would end what the test has started.
    ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
    Runtime.getRuntime().halt(EXIT_CODE);
  }
}
