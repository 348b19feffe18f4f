package io.lighter.runtime;

import io.lighter.linux.PidFd;
import io.lighter.runtime.launch.Gate;

/** What the parent does while a child waits at a gate. */
@FunctionalInterface
interface GateWork {
  /**
   * Does it; the child goes on afterwards.
   *
   * @throws RuntimeException when the container shall not come to be; the child is killed then
   */
  void at(Gate gate, PidFd child);
}
