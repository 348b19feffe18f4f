package io.lighter.proxy.relay;

import io.lighter.linux.Fd;

/**
 * Is asked before a socket is bound to an address of a service: where the kernel keeps others from
 * those, as tier two has it do, somebody has to let us.
 */
@FunctionalInterface
public interface Binding {
  /** Nobody keeps us from any address. */
  Binding FREE = socket -> () -> {};

  /** Lets a socket be bound until the permit is withdrawn. */
  Permit permit(Fd socket);

  /** One socket may be bound. */
  @FunctionalInterface
  interface Permit {
    void withdraw();
  }
}
