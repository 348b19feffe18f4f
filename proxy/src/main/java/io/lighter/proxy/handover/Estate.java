package io.lighter.proxy.handover;

import io.lighter.proxy.relay.OfferedSocket;
import java.util.List;

/**
 * What a process has that another takes over. One thread calls it: {@link #offer}, and then {@link
 * #keep} or {@link #leave}.
 */
public interface Estate {
  /** Frees what two processes cannot have at once, and offers the sockets. */
  List<OfferedSocket> offer();

  /** Waits until it is done what the sockets were told. */
  void settle();

  /** The other process did not come about: all is as before the offer. */
  void keep();

  /** The other process serves: what connections there are can end here. */
  void leave();
}
