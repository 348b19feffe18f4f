package io.lighter.proxy.service;

import java.net.InetAddress;

/**
 * Addresses that begin with the same bits: {@code 10.0.0.0/8}.
 *
 * @param first with all bits after the prefix zero
 * @param prefix how many bits are the same, up to 32 or 128
 */
public record AddressRange(InetAddress first, int prefix) {
  /** Checks that the prefix fits, and that nothing is set behind it. */
  public AddressRange {
    byte[] bytes = first.getAddress();
    if (prefix < 0 || prefix > 8 * bytes.length) {
      throw new IllegalArgumentException(
          "the prefix of " + first.getHostAddress() + " is " + prefix);
    }
    for (int bit = prefix; bit < 8 * bytes.length; bit++) {
      if ((bytes[bit / 8] & 0x80 >> bit % 8) != 0) {
        throw new IllegalArgumentException(
            first.getHostAddress() + "/" + prefix + " has bits set behind its prefix");
      }
    }
  }

  /** Returns whether an address is one of them. */
  public boolean contains(InetAddress address) {
    byte[] mine = first.getAddress();
    byte[] other = address.getAddress();
    if (mine.length != other.length) {
      return false;
    }
    for (int bit = 0; bit < prefix; bit++) {
      if (((mine[bit / 8] ^ other[bit / 8]) & 0x80 >> bit % 8) != 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return first.getHostAddress() + "/" + prefix;
  }
}
