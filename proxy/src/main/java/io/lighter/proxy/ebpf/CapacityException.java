package io.lighter.proxy.ebpf;

/** A balancer has no room for what it shall take; {@link Capacity} gives it more. */
public final class CapacityException extends RuntimeException {
  CapacityException(String what, int room) {
    super(
        "no room for more "
            + what
            + ": the balancer was opened with "
            + room
            + "; open it with more in its Capacity");
  }
}
