package io.lighter.linux;

import java.lang.ref.Reference;

/** What the classes of calls share: the seam, and the turning of an errno into an exception. */
abstract class CallGroup {
  final SystemCalls calls;

  CallGroup(SystemCalls calls) {
    this.calls = calls;
  }

  /** Makes a call that must succeed. */
  final long check(SystemCall call, long a0, long a1, long a2, long a3, long a4, long a5) {
    long result = calls.call(call, a0, a1, a2, a3, a4, a5);
    if (Errno.isError(result)) {
      throw LinuxException.of(call, result, a0, a1, a2, a3, a4, a5);
    }
    return result;
  }

  final long check(SystemCall call, long a0, long a1, long a2, long a3) {
    return check(call, a0, a1, a2, a3, 0, 0);
  }

  final long check(SystemCall call, long a0, long a1) {
    return check(call, a0, a1, 0, 0, 0, 0);
  }

  /** Makes a call that must succeed, again whenever a signal came first. */
  final long checkRestarting(
      SystemCall call, long a0, long a1, long a2, long a3, long a4, long a5) {
    long result = restarting(call, a0, a1, a2, a3, a4, a5);
    if (Errno.isError(result)) {
      throw LinuxException.of(call, result, a0, a1, a2, a3, a4, a5);
    }
    return result;
  }

  /** Makes a call again whenever a signal came first; returns the raw result. */
  final long restarting(SystemCall call, long a0, long a1, long a2, long a3, long a4, long a5) {
    long result;
    do {
      result = calls.call(call, a0, a1, a2, a3, a4, a5);
    } while (result == -Errno.EINTR);
    return result;
  }

  /** Makes a call once on memory that the caller handed in, and keeps the memory meanwhile. */
  final long onceOn(
      Object memory, SystemCall call, long a0, long a1, long a2, long a3, long a4, long a5) {
    try {
      return calls.call(call, a0, a1, a2, a3, a4, a5);
    } finally {
      Reference.reachabilityFence(memory);
    }
  }

  /**
   * The same on memory that the caller handed in: keeps it from being freed by the collector while
   * the kernel works on it.
   */
  final long restartingOn(
      Object memory, SystemCall call, long a0, long a1, long a2, long a3, long a4, long a5) {
    try {
      return restarting(call, a0, a1, a2, a3, a4, a5);
    } finally {
      Reference.reachabilityFence(memory);
    }
  }

  /**
   * Makes a call of which one error is an answer, again whenever a signal came first.
   *
   * @param memory what the caller handed in for the kernel to work on; kept until the call is over
   * @return the result, or {@code -expected}
   */
  final long answerOn(
      Object memory,
      int expected,
      SystemCall call,
      long a0,
      long a1,
      long a2,
      long a3,
      long a4,
      long a5) {
    long result = restartingOn(memory, call, a0, a1, a2, a3, a4, a5);
    if (Errno.isError(result) && result != -expected) {
      throw LinuxException.of(call, result, a0, a1, a2, a3, a4, a5);
    }
    return result;
  }

  /** Makes a call of which one error is an answer; returns {@code -expected} for that one. */
  final long answer(
      int expected, SystemCall call, long a0, long a1, long a2, long a3, long a4, long a5) {
    return answerOn(this, expected, call, a0, a1, a2, a3, a4, a5);
  }

  /** Makes a call of which one error is an answer; returns false for that one. */
  final boolean checkUnless(
      int expected, SystemCall call, long a0, long a1, long a2, long a3, long a4) {
    long result = calls.call(call, a0, a1, a2, a3, a4, 0);
    if (result == -expected) {
      return false;
    }
    if (Errno.isError(result)) {
      throw LinuxException.of(call, result, a0, a1, a2, a3, a4, 0);
    }
    return true;
  }

  /** Returns whether a call failed because it is not to be had here, and not for its arguments. */
  final boolean lacks(SystemCall call, long result) {
    return (result == -Errno.ENOSYS || result == -Errno.EPERM) && calls.missing().contains(call);
  }

  /** Makes a call that returns a descriptor. */
  final Fd open(SystemCall call, long a0, long a1, long a2, long a3, long a4) {
    return new Fd(calls, check(call, a0, a1, a2, a3, a4, 0));
  }
}
