package io.lighter.proxy.relay;

import org.jspecify.annotations.Nullable;

/** Something that may have to be done later, once at a time: by {@link EventLoop#schedule}. */
public abstract class Timer {
  static final int IDLE = -1;

  // Links and place of the wheel's list that this is in.
  @Nullable Timer next;
  @Nullable Timer previous;
  int slot = IDLE;
  long deadline;

  /** Called by the loop's thread, up to 17 ms late; it may schedule itself again. */
  protected abstract void expired();

  /** Returns whether it is scheduled. */
  public final boolean isScheduled() {
    return slot != IDLE;
  }
}
