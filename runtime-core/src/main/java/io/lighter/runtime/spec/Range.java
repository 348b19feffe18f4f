package io.lighter.runtime.spec;

/** Bounds that several records share, so that a record never holds what the kernel cannot take. */
final class Range {
  static final long MAX_UINT32 = 0xFFFF_FFFFL;

  /**
   * The greatest user or group id: 2^32-1 is -1 to the kernel and means "leave as it is", and what
   * is above wraps around to another user, root included (CVE-2024-40635).
   */
  static final long MAX_ID = MAX_UINT32 - 1;

  private Range() {}

  static void check(String what, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          what + ": expected " + min + " to " + max + ", found " + value);
    }
  }

  static void checkId(String what, long value) {
    check(what, value, 0, MAX_ID);
  }

  static void checkUint32(String what, long value) {
    check(what, value, 0, MAX_UINT32);
  }
}
