package io.lighter.linux;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A seam that makes no system call: it writes each one down as strace prints it and answers what
 * the test has asked for, 0 otherwise. Calls that return a descriptor are answered with numbers
 * from 1000 up, which no process has open.
 */
public class RecordedSystemCalls implements SystemCalls {
  /** What a test answers for a call. */
  @FunctionalInterface
  public interface Answer {
    /**
     * Answers a call.
     *
     * @param printed the call with its arguments
     * @return the raw result: an errno with its sign turned, or what the kernel would return
     */
    long answer(SystemCall call, String printed);
  }

  private static final int FIRST_FD = 1000;

  private final List<String> recorded = Collections.synchronizedList(new ArrayList<>());
  private final Answer answer;
  private int nextFd = FIRST_FD;

  /** Answers 0, or a fresh descriptor, to every call. */
  public RecordedSystemCalls() {
    this.answer = (call, printed) -> returnsFd(call) ? freshFd() : 0;
  }

  /** Answers as the test says. */
  public RecordedSystemCalls(Answer answer) {
    this.answer = answer;
  }

  /** Returns a number for a descriptor that nothing has open. */
  public final synchronized int freshFd() {
    return nextFd++;
  }

  /** Returns whether a call returns a descriptor. */
  public static boolean returnsFd(SystemCall call) {
    return switch (call) {
      case OPENAT,
          OPENAT2,
          FSOPEN,
          FSMOUNT,
          FSPICK,
          OPEN_TREE,
          OPEN_TREE_ATTR,
          PIDFD_OPEN,
          PIDFD_GETFD,
          EPOLL_CREATE1,
          EVENTFD2,
          SIGNALFD4,
          TIMERFD_CREATE,
          INOTIFY_INIT1,
          SOCKET,
          ACCEPT4,
          DUP,
          MEMFD_CREATE ->
          true;
      default -> false;
    };
  }

  /** Returns the calls so far, in order. */
  public final List<String> recorded() {
    synchronized (recorded) {
      return List.copyOf(recorded);
    }
  }

  @Override
  public final long call(SystemCall call, long a0, long a1, long a2, long a3, long a4, long a5) {
    StringBuilder text = new StringBuilder();
    LinuxException.print(call, text, a0, a1, a2, a3, a4, a5);
    String printed = text.toString();
    recorded.add(printed);
    return answer.answer(call, printed);
  }

  @Override
  public final long callCritical(
      SystemCall call, long a0, long a1, long a2, long a3, long a4, long a5) {
    return call(call, a0, a1, a2, a3, a4, a5);
  }

  @Override
  public final long launch(LaunchImage image) {
    String printed = "clone3(...)";
    recorded.add(printed);
    return answer.answer(SystemCall.CLONE3, printed);
  }
}
