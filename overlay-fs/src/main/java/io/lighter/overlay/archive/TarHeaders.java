package io.lighter.overlay.archive;

import io.lighter.linux.DeviceNumber;
import io.lighter.linux.Name;
import io.lighter.overlay.archive.HeaderBlock.Field;
import io.lighter.overlay.archive.TarEntry.Attribute;
import io.lighter.overlay.archive.TarEntry.FileTime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes the headers of entries, the same bytes for the same entry: ustar, and before it a pax
 * header with what ustar cannot hold, in the order of the keywords. Not thread-safe.
 */
final class TarHeaders {
  private static final long MAX_OCTAL_7 = 07777777L;
  private static final long MAX_OCTAL_11 = 077777777777L;

  /** The name of pax headers, which only programs from before pax show. */
  private static final byte[] PAX_NAME = ascii("././@PaxHeader");

  private final TarOutput output;

  TarHeaders(TarOutput output) {
    this.output = output;
  }

  /**
   * Writes the headers of an entry.
   *
   * @param map what stands before the content of a file with holes: its map in GNU's format 1.0;
   *     null for other files
   */
  void write(TarEntry entry, byte @Nullable [] map) throws IOException {
    long stored = entry.storedSize() + (map == null ? 0 : map.length);
    byte[] name = nameOf(entry);
    Map<String, byte[]> records = records(entry, name, stored, map != null);
    if (!records.isEmpty()) {
      writePax(records);
    }
    HeaderBlock header = new HeaderBlock();
    putName(header, map == null ? name : ascii("GNUSparseFile"));
    put(header, Field.LINK_NAME, entry.link().toBytes());
    octal(header, Field.MODE, entry.mode());
    octal(header, Field.UID, orZero(entry.uid(), MAX_OCTAL_7));
    octal(header, Field.GID, orZero(entry.gid(), MAX_OCTAL_7));
    octal(header, Field.SIZE, orZero(stored, MAX_OCTAL_11));
    octal(header, Field.MTIME, orZero(entry.mtime().seconds(), MAX_OCTAL_11));
    if (entry.type().isDevice()) {
      octal(header, Field.DEVICE_MAJOR, DeviceNumber.major(entry.device()));
      octal(header, Field.DEVICE_MINOR, DeviceNumber.minor(entry.device()));
    }
    finish(header, entry.type().flag);
  }

  private static byte[] nameOf(TarEntry entry) {
    byte[] name = entry.name().toBytes();
    if (entry.type() != EntryType.FOLDER) {
      return name;
    }
    byte[] folder = Arrays.copyOf(name, name.length + 1);
    folder[name.length] = '/';
    return folder;
  }

  private static Map<String, byte[]> records(
      TarEntry entry, byte[] name, long stored, boolean sparse) {
    Map<String, byte[]> records = new TreeMap<>();
    if (sparse) {
      records.put("GNU.sparse.major", ascii("1"));
      records.put("GNU.sparse.minor", ascii("0"));
      records.put("GNU.sparse.name", name);
      records.put("GNU.sparse.realsize", ascii(Long.toString(entry.size())));
    } else if (prefixEnd(name) < 0) {
      records.put("path", name);
    }
    if (entry.link().length() > Field.LINK_NAME.length) {
      records.put("linkpath", entry.link().toBytes());
    }
    number(records, "uid", entry.uid(), MAX_OCTAL_7);
    number(records, "gid", entry.gid(), MAX_OCTAL_7);
    number(records, "size", stored, MAX_OCTAL_11);
    FileTime mtime = entry.mtime();
    if (mtime.nanos() != 0 || mtime.seconds() < 0 || mtime.seconds() > MAX_OCTAL_11) {
      records.put("mtime", ascii(decimal(mtime)));
    }
    for (Attribute attribute : entry.attributes()) {
      records.put("SCHILY.xattr." + keyword(attribute.name()), attribute.value());
    }
    if (!isUtf8(records.get("path"))
        || !isUtf8(records.get("linkpath"))
        || !isUtf8(records.get("GNU.sparse.name"))) {
      // The one value that pax has for names that are not UTF-8.
      records.put("hdrcharset", ascii("BINARY"));
    }
    return records;
  }

  private static void number(Map<String, byte[]> records, String keyword, long value, long max) {
    if (value > max) {
      records.put(keyword, ascii(Long.toString(value)));
    }
  }

  private static long orZero(long value, long max) {
    return value < 0 || value > max ? 0 : value;
  }

  /** As GNU tar does, since a keyword ends at the first equals sign. */
  private static String keyword(Name attribute) {
    String name = new String(attribute.toBytes(), StandardCharsets.ISO_8859_1);
    return name.replace("%", "%25").replace("=", "%3D");
  }

  /** Seconds with as many decimals as are needed. */
  private static String decimal(FileTime time) {
    long seconds = time.seconds();
    int nanos = time.nanos();
    String sign = "";
    if (seconds < 0) {
      sign = "-";
      seconds = nanos == 0 ? -seconds : -(seconds + 1);
      nanos = nanos == 0 ? 0 : 1_000_000_000 - nanos;
    }
    String decimals = nanos == 0 ? "" : "." + "%09d".formatted(nanos).replaceAll("0+$", "");
    return sign + seconds + decimals;
  }

  private static boolean isUtf8(byte @Nullable [] text) {
    try {
      if (text != null) {
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
      }
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private void writePax(Map<String, byte[]> records) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (Map.Entry<String, byte[]> pax : records.entrySet()) {
      byte[] keyword = pax.getKey().getBytes(StandardCharsets.ISO_8859_1);
      // A blank, an equals sign and a newline.
      int rest = keyword.length + pax.getValue().length + 3;
      int length = rest + Integer.toString(rest).length();
      if (rest + Integer.toString(length).length() > length) {
        length++;
      }
      body.write(ascii(length + " "));
      body.write(keyword);
      body.write('=');
      body.write(pax.getValue());
      body.write('\n');
    }
    HeaderBlock header = new HeaderBlock();
    put(header, Field.NAME, PAX_NAME);
    octal(header, Field.MODE, 0644);
    octal(header, Field.UID, 0);
    octal(header, Field.GID, 0);
    octal(header, Field.SIZE, body.size());
    octal(header, Field.MTIME, 0);
    finish(header, 'x');
    output.write(body.toByteArray());
    output.pad();
  }

  private void finish(HeaderBlock header, char type) throws IOException {
    header.bytes[Field.TYPE.offset] = (byte) type;
    put(header, Field.MAGIC, ascii("ustar\0" + "00"));
    long sum = 0;
    put(header, Field.CHECKSUM, ascii("        "));
    for (byte value : header.bytes) {
      sum += value & 0xff;
    }
    // Six digits, a zero and a blank, as all programs write it.
    put(header, Field.CHECKSUM, ascii("%06o\0 ".formatted(sum)));
    output.write(header.bytes);
  }

  private static void putName(HeaderBlock header, byte[] name) {
    int end = prefixEnd(name);
    if (end < 0) {
      put(header, Field.NAME, name);
      return;
    }
    int start = end == 0 ? 0 : end + 1;
    System.arraycopy(name, 0, header.bytes, Field.PREFIX.offset, end);
    System.arraycopy(name, start, header.bytes, Field.NAME.offset, name.length - start);
  }

  /**
   * Returns how many bytes of a name go into the prefix, without the slash after them: 0 when the
   * name alone is short enough, -1 when it has to go into a pax record.
   */
  private static int prefixEnd(byte[] name) {
    if (name.length <= Field.NAME.length) {
      return 0;
    }
    for (int end = Math.min(Field.PREFIX.length, name.length - 2); end > 0; end--) {
      if (name[end] == '/') {
        return name.length - end - 1 <= Field.NAME.length ? end : -1;
      }
    }
    return -1;
  }

  /** Puts the beginning of a text that is too long, which a pax record has whole. */
  private static void put(HeaderBlock header, Field field, byte[] text) {
    System.arraycopy(text, 0, header.bytes, field.offset, Math.min(text.length, field.length));
  }

  private static void octal(HeaderBlock header, Field field, long value) {
    String digits = Long.toOctalString(value);
    put(header, field, ascii("0".repeat(field.length - 1 - digits.length()) + digits));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
