package io.lighter.runtime.devices;

/** The rules need a longer program than the kernel takes; the compiler says it to the user. */
final class FilterTooLongException extends RuntimeException {
  FilterTooLongException() {
    super("a device filter is too long");
  }
}
