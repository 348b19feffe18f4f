package io.lighter.runtime.systemd;

import java.util.List;

/**
 * A property of a unit, as D-Bus carries it.
 *
 * @param name such as {@code MemoryMax}
 * @param signature the type of the value, in the letters of D-Bus
 * @param value for {@code b} a {@link Boolean}, for {@code s}, {@code o} and {@code g} a {@link
 *     String}, for {@code d} a {@link Double}, for whole numbers a {@link Long}, that of {@code t}
 *     with all its 64 bits; for arrays and structs a {@link List} of such
 * @see <a href="https://dbus.freedesktop.org/doc/dbus-specification.html#type-system">D-Bus, Type
 *     System</a>
 */
public record UnitProperty(String name, String signature, Object value) {
  /** No limit, in properties of type {@code t}. */
  static final long INFINITY = -1;

  static UnitProperty text(String name, String value) {
    return new UnitProperty(name, "s", value);
  }

  static UnitProperty flag(String name, boolean value) {
    return new UnitProperty(name, "b", value);
  }

  /**
   * A number of 64 bits without a sign.
   *
   * @param value may be {@link #INFINITY}
   */
  static UnitProperty number(String name, long value) {
    return new UnitProperty(name, "t", value);
  }

  /** The processes of a unit, by their ids. */
  static UnitProperty processes(long... ids) {
    return new UnitProperty("PIDs", "au", java.util.Arrays.stream(ids).boxed().toList());
  }

  /** A mask of bits, the lowest first. */
  static UnitProperty mask(String name, byte[] bits) {
    Long[] bytes = new Long[bits.length];
    for (int i = 0; i < bits.length; i++) {
      bytes[i] = (long) Byte.toUnsignedInt(bits[i]);
    }
    return new UnitProperty(name, "ay", List.of(bytes));
  }
}
