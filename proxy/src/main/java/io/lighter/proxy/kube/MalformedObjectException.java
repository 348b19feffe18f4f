package io.lighter.proxy.kube;

import java.io.Serial;

/** An object that breaks the rules of its kind. Its message names the object, field and value. */
public final class MalformedObjectException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  MalformedObjectException(String message) {
    super(message);
  }

  MalformedObjectException(String message, Throwable cause) {
    super(message, cause);
  }
}
