package io.lighter.overlay.archive;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** An archive that is put together byte by byte, as wrong as a test wants it. */
final class TarBytes {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private long uid;
  private long gid;
  private int mode = 0644;
  private long mtime = 1_000_000_000;
  private String device = "";

  TarBytes mode(int value) {
    mode = value;
    return this;
  }

  TarBytes owner(long newUid, long newGid) {
    uid = newUid;
    gid = newGid;
    return this;
  }

  TarBytes mtime(long seconds) {
    mtime = seconds;
    return this;
  }

  TarBytes file(String name, String content) {
    return entry('0', name, "", content);
  }

  TarBytes folder(String name) {
    int before = mode;
    mode = mode == 0644 ? 0755 : mode;
    entry('5', name, "", "");
    mode = before;
    return this;
  }

  TarBytes symlink(String name, String target) {
    return entry('2', name, target, "");
  }

  TarBytes hardLink(String name, String target) {
    return entry('1', name, target, "");
  }

  TarBytes device(char type, String name, int major, int minor) {
    device = "%07o\0%07o\0".formatted(major, minor);
    entry(type, name, "", "");
    device = "";
    return this;
  }

  /** Adds a header for records before the next entry. Pairs of keyword and value. */
  TarBytes pax(String... records) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < records.length; i += 2) {
      String rest = " " + records[i] + "=" + records[i + 1] + "\n";
      int length = rest.length() + 1;
      while (Integer.toString(length).length() + rest.length() != length) {
        length++;
      }
      text.append(length).append(rest);
    }
    return entry('x', "pax", "", text.toString());
  }

  /** Adds a record whose value is any bytes. */
  TarBytes pax(String keyword, byte[] value) {
    return pax(keyword, new String(value, StandardCharsets.ISO_8859_1));
  }

  /** Adds an entry; texts are Latin-1, so that each character is a byte. */
  TarBytes entry(char type, String name, String link, String content) {
    return entry(type, name, link, content, header -> {});
  }

  TarBytes entry(char type, String name, String link, String content, Consumer<byte[]> change) {
    byte[] data = latin1(content);
    byte[] header = new byte[512];
    put(header, 0, name);
    put(header, 100, "%07o\0".formatted(mode));
    put(header, 108, uid <= 07777777 ? "%07o\0".formatted(uid) : binary(uid, 8));
    put(header, 116, gid <= 07777777 ? "%07o\0".formatted(gid) : binary(gid, 8));
    put(header, 124, "%011o\0".formatted(data.length));
    put(header, 136, mtime >= 0 ? "%011o\0".formatted(mtime) : binary(mtime, 12));
    put(header, 157, link);
    put(header, 257, "ustar\00000");
    put(header, 329, device);
    header[156] = (byte) type;
    change.accept(header);
    return raw(withSum(header)).content(data);
  }

  /** Adds content, with zeros to the end of a block. */
  TarBytes content(byte[] data) {
    bytes.writeBytes(data);
    bytes.writeBytes(new byte[-data.length & 511]);
    return this;
  }

  TarBytes raw(byte[] data) {
    bytes.writeBytes(data);
    return this;
  }

  /** GNU's base 256, as Latin-1. */
  static String binary(long value, int size) {
    byte[] number = new byte[size];
    long rest = value;
    for (int i = size - 1; i >= 0; i--) {
      number[i] = (byte) rest;
      rest >>= 8;
    }
    number[0] |= (byte) 0x80;
    return new String(number, StandardCharsets.ISO_8859_1);
  }

  static void put(byte[] header, int offset, String text) {
    byte[] data = latin1(text);
    System.arraycopy(data, 0, header, offset, data.length);
  }

  static byte[] withSum(byte[] header) {
    put(header, 148, "        ");
    int sum = 0;
    for (byte value : header) {
      sum += value & 0xff;
    }
    put(header, 148, "%06o\0 ".formatted(sum));
    return header;
  }

  static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Returns what there is, without an end mark. */
  byte[] toBytes() {
    return bytes.toByteArray();
  }

  InputStream end() {
    bytes.writeBytes(new byte[1024]);
    return new ByteArrayInputStream(bytes.toByteArray());
  }
}
