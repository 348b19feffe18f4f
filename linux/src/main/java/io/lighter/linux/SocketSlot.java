package io.lighter.linux;

/**
 * A descriptor of a socket that is opened again and again, by calls of {@link Connections}, so that
 * a connection more costs no object more. It begins closed.
 */
public class SocketSlot extends Fd {
  /** Makes one that is closed. */
  public SocketSlot(Linux linux) {
    super(linux.calls());
  }
}
