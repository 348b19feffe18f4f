package io.lighter.images.registry.client;

import io.lighter.images.registry.RegistryException;
import io.lighter.images.registry.RegistryException.Kind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import javax.net.ssl.SSLException;

/** Counts failures in a row, waits between them, and gives up. Used by one thread. */
final class Attempts {
  private final Retries retries;
  private int failed;

  Attempts(Retries retries) {
    this.retries = retries;
  }

  /** What may fail, and then be tried again. */
  @FunctionalInterface
  interface Attempt<T> {
    T make() throws IOException;
  }

  /**
   * Tries until it works.
   *
   * @throws RegistryException when it does not, or when what it throws cannot be mended
   */
  static <T> T run(Retries retries, String what, Attempt<T> attempt) {
    Attempts attempts = new Attempts(retries);
    while (true) {
      try {
        return attempt.make();
      } catch (IOException e) {
        attempts.failed(what, e);
      }
    }
  }

  /** Something moved: what fails next is the first failure. */
  void succeeded() {
    failed = 0;
  }

  /**
   * Waits before the next attempt.
   *
   * @throws RegistryException when there is to be none
   */
  void failed(String what, IOException cause) {
    failed++;
    if (Thread.currentThread().isInterrupted()) {
      throw new RegistryException(Kind.UNAVAILABLE, what + ": interrupted", cause);
    }
    if (failed >= retries.attempts() || isHopeless(cause)) {
      String tried = failed > 1 ? " (tried %d times)".formatted(failed) : "";
      throw new RegistryException(Kind.UNAVAILABLE, what + ": " + reason(cause) + tried, cause);
    }
    Duration pause = retries.pause(failed);
    Duration asked = cause instanceof BusyException busy ? busy.after() : null;
    if (asked != null) {
      if (asked.compareTo(retries.longest()) > 0) {
        throw new RegistryException(
            Kind.UNAVAILABLE,
            "%s: %s, and asks to come back in %d seconds: try again then"
                .formatted(what, reason(cause), asked.toSeconds()),
            cause);
      }
      pause = asked.compareTo(pause) > 0 ? asked : pause;
    }
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegistryException(Kind.UNAVAILABLE, what + ": interrupted", cause);
    }
  }

  /** Whether it is about certificates: those do not change in a minute. */
  private static boolean isHopeless(IOException cause) {
    return cause instanceof SSLException || cause.getCause() instanceof SSLException;
  }

  /** Returns a text, which the exceptions of the JDK do not always have. */
  static String reason(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
        return "no such host";
      }
    }
    String message = failure.getMessage();
    if (message == null && failure instanceof ConnectException) {
      return "connection refused";
    }
    return message == null ? failure.toString() : message;
  }
}
