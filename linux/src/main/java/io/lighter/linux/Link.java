package io.lighter.linux;

/**
 * A network device as rtnetlink tells of it.
 *
 * @param index its number in its network namespace, at least 1
 * @param name its name there, 1 to 15 bytes
 * @param flags IFF_ bits of {@link SocketFlags}
 * @param master the index of the bridge or bond that it is a port of; 0 when it is of none
 */
public record Link(int index, String name, int flags, int master) {
  /** Returns whether it is up, whatever its carrier is. */
  public boolean isUp() {
    return (flags & SocketFlags.IFF_UP) != 0;
  }
}
