package io.lighter.runtime.network;

import io.lighter.linux.Addresses;
import io.lighter.linux.Fd;
import io.lighter.linux.Links;
import io.lighter.linux.NetlinkSocket;

/**
 * A network namespace and what is in it. Neither the descriptor nor the socket is owned.
 *
 * @param namespace the namespace, for moving a device into it
 * @param links its devices
 * @param addresses their addresses
 */
record NetworkStack(Fd namespace, Links links, Addresses addresses) {
  static NetworkStack of(Fd namespace, NetlinkSocket route) {
    return new NetworkStack(namespace, new Links(route), new Addresses(route));
  }
}
