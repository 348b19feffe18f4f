package io.lighter.testing;

/** A test cannot run on this machine although everything is {@link Requirements#enforced()}. */
public final class MissingRequirementException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  MissingRequirementException(String message) {
    super(message);
  }
}
