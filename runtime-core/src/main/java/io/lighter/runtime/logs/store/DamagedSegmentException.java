package io.lighter.runtime.logs.store;

/** A segment is there and cannot be read. Readers go on behind it and count its lines as missed. */
final class DamagedSegmentException extends RuntimeException {
  DamagedSegmentException(long segment, String what) {
    super("segment " + segment + " of a log cannot be read: " + what);
  }
}
