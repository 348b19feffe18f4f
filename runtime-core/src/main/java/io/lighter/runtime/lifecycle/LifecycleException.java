package io.lighter.runtime.lifecycle;

/** What was asked for does not fit the state that a container is in, or there is no such one. */
public final class LifecycleException extends RuntimeException {
  /** Says what does not fit, naming the container. */
  public LifecycleException(String message) {
    super(message);
  }

  /** Says what could not be done, naming the container, and why. */
  public LifecycleException(String message, Throwable cause) {
    super(message, cause);
  }
}
