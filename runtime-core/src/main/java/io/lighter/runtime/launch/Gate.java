package io.lighter.runtime.launch;

/**
 * A place in a launch program where the child waits until the parent has done its part.
 *
 * <p>The order is that of the program.
 */
public enum Gate {
  /** The child is in its new user namespace, whose ids only the parent can map. */
  ID_MAPPINGS,

  /**
   * All namespaces and mounts are made, and the host's root is still there: the hooks {@code
   * prestart}, {@code createRuntime} and {@code createContainer} run, network devices are moved in.
   */
  BEFORE_PIVOT,

  /**
   * The system-call filter is loaded, and it tells a listener of some calls: the agent gets that
   * listener before the child makes any call but those of the gate.
   */
  LISTENER,

  /** Nothing is left to do but the exec: the container is created and waits to be started. */
  START
}
