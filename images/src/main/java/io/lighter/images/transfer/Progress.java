package io.lighter.images.transfer;

/** Is told how an operation goes on, from several threads. It must not block for long. */
@FunctionalInterface
public interface Progress {
  /** Tells nobody. */
  Progress SILENT = _ -> {};

  /** Something has happened. */
  void on(ProgressEvent event);

  /** Says something about a part of the operation. */
  default void say(String id, String status) {
    on(new ProgressEvent(id, status, 0, 0));
  }

  /** Says something about all of it. */
  default void say(String status) {
    say("", status);
  }
}
