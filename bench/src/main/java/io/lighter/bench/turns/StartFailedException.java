package io.lighter.bench.start;

import java.io.IOException;

/** A subject could not start the container, so its figures mean nothing. */
public final class StartFailedException extends IOException {

  private static final long serialVersionUID = 1L;

  public StartFailedException(String subject, String what) {
    super(subject + ": " + what);
  }
}
