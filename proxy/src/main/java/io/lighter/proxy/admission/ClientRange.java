package io.lighter.proxy.admission;

import io.lighter.linux.SockaddrBuffer;
import io.lighter.proxy.service.AddressRange;
import java.net.Inet4Address;

/**
 * Addresses that begin with the same bits, for clients whose addresses are 128 bits.
 *
 * @param high half of the first address
 * @param low half of the first address
 * @param prefix how many bits are the same, 0 to 128
 */
public record ClientRange(long high, long low, int prefix) {
  /** Returns the range with IPv4 addresses as they are mapped into IPv6. */
  public static ClientRange of(AddressRange range) {
    byte[] bytes = range.first().getAddress();
    boolean four = range.first() instanceof Inet4Address;
    long high = 0;
    long low = four ? SockaddrBuffer.MAPPED_PREFIX : 0;
    for (int i = 0; i < bytes.length; i++) {
      long bits = bytes[i] & 0xffL;
      if (four) {
        low |= bits << (24 - 8 * i);
      } else if (i < Long.BYTES) {
        high |= bits << (56 - 8 * i);
      } else {
        low |= bits << (120 - 8 * i);
      }
    }
    return new ClientRange(high, low, four ? 96 + range.prefix() : range.prefix());
  }

  /** Returns whether an address is in the range. */
  public boolean contains(long otherHigh, long otherLow) {
    long highMask = prefix >= Long.SIZE ? -1 : prefix == 0 ? 0 : -1L << (Long.SIZE - prefix);
    int rest = prefix - Long.SIZE;
    long lowMask = rest <= 0 ? 0 : rest == Long.SIZE ? -1 : -1L << (Long.SIZE - rest);
    return ((otherHigh ^ high) & highMask) == 0 && ((otherLow ^ low) & lowMask) == 0;
  }
}
