package io.lighter.proxy.choice;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * Hashes of addresses, the same in every process and on every machine, so that nodes agree about a
 * Maglev table and a client.
 *
 * <p>The mixing is the finaliser of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom
 * number generators, OOPSLA 2014).
 */
public final class AddressHash {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private AddressHash() {}

  /** Returns the hash of a client by the two halves of its address. */
  public static long ofClient(long high, long low) {
    return mix(mix(high + GOLDEN_GAMMA) ^ low);
  }

  /** Returns the hash of an endpoint by its address and port, or its path. */
  public static long ofEndpoint(SocketAddress address) {
    return switch (address) {
      case InetSocketAddress inet ->
          mix(ofBytes(inet.getAddress().getAddress()) + GOLDEN_GAMMA * inet.getPort());
      case UnixDomainSocketAddress unix ->
          ofBytes(unix.getPath().toString().getBytes(StandardCharsets.UTF_8));
      default -> throw new IllegalArgumentException("not an address of an endpoint: " + address);
    };
  }

  private static long ofBytes(byte[] bytes) {
    long hash = mix(bytes.length + GOLDEN_GAMMA);
    for (byte next : bytes) {
      hash = mix(hash + GOLDEN_GAMMA + (next & 0xff));
    }
    return hash;
  }

  /** Spreads every bit of a number over all of another: one to one, and zero stays zero. */
  static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
