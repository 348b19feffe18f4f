package io.lighter.proxy.relay;

import java.net.InetSocketAddress;

/**
 * An address where the relay should listen and cannot. Everything else of the table is served.
 *
 * @param address of a frontend
 * @param services whose clients come there
 * @param reason what the kernel said, and what may help
 */
public record UnboundAddress(InetSocketAddress address, String services, String reason) {
  @Override
  public String toString() {
    return "cannot listen at TCP " + address + " for " + services + ": " + reason;
  }
}
