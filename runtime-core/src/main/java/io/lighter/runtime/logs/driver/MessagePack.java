package io.lighter.runtime.logs.driver;

import java.nio.charset.StandardCharsets;

/**
 * The few formats of MessagePack that the forward protocol is written in. Why not by a library:
 * docs/decisions/messagepack.md.
 *
 * @see <a href="https://github.com/msgpack/msgpack/blob/master/spec.md">MessagePack</a>
 */
final class MessagePack {
  private static final int FIX_MAP = 0x80;
  private static final int FIX_ARRAY = 0x90;
  private static final int FIX_TEXT = 0xa0;
  private static final int INT_32 = 0xd2;
  private static final int INT_64 = 0xd3;
  private static final int FIX_EXTENSION_8 = 0xd7;
  private static final int TEXT_8 = 0xd9;
  private static final int TEXT_16 = 0xda;
  private static final int TEXT_32 = 0xdb;
  private static final int MAP_16 = 0xde;

  private static final int MOST_FIX = 0xf;
  private static final int MOST_FIX_TEXT = 0x1f;

  /** The protocol's type of extension for its EventTime. */
  private static final int EVENT_TIME = 0;

  private MessagePack() {}

  /** Begins an array of 0 to 15 elements. */
  static void putArray(ByteWriter out, int size) {
    out.put(FIX_ARRAY | size);
  }

  /** Begins a map of 0 to 65535 entries. */
  static void putMap(ByteWriter out, int size) {
    if (size <= MOST_FIX) {
      out.put(FIX_MAP | size);
    } else {
      out.put(MAP_16);
      putShort(out, size);
    }
  }

  static void putText(ByteWriter out, String text) {
    putText(out, text.getBytes(StandardCharsets.UTF_8));
  }

  static void putText(ByteWriter out, byte[] utf8) {
    putTextHead(out, utf8.length);
    out.put(utf8);
  }

  /** Begins a text, whose bytes follow; they may be anything. */
  static void putTextHead(ByteWriter out, int length) {
    if (length <= MOST_FIX_TEXT) {
      out.put(FIX_TEXT | length);
    } else if (length <= 0xff) {
      out.put(TEXT_8);
      out.put(length);
    } else if (length <= 0xffff) {
      out.put(TEXT_16);
      putShort(out, length);
    } else {
      out.put(TEXT_32);
      out.putInt(length);
    }
  }

  /** Puts a whole number in four or eight bytes, signed, as tinylib/msgp does with a time. */
  static void putInteger(ByteWriter out, long number) {
    if (number == (int) number) {
      out.put(INT_32);
      out.putInt((int) number);
    } else {
      out.put(INT_64);
      out.putInt((int) (number >>> Integer.SIZE));
      out.putInt((int) number);
    }
  }

  /** Puts the protocol's EventTime. */
  static void putEventTime(ByteWriter out, int seconds, int nanos) {
    out.put(FIX_EXTENSION_8);
    out.put(EVENT_TIME);
    out.putInt(seconds);
    out.putInt(nanos);
  }

  private static void putShort(ByteWriter out, int value) {
    out.put(value >>> Byte.SIZE);
    out.put(value);
  }
}
