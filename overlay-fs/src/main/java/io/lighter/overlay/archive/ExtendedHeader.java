package io.lighter.overlay.archive;

import io.lighter.linux.Name;
import io.lighter.overlay.archive.PaxRecords.PaxRecord;
import io.lighter.overlay.archive.TarEntry.Attribute;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was said about the next entry before it: by pax records, and by GNU's entries of the types L
 * and K, which hold a long name or target.
 *
 * <p>Keywords that say nothing about what Linux keeps of a file are left alone, as pax asks for:
 * names of users, access times, comments.
 */
final class ExtendedHeader {
  private static final String SCHILY_XATTR = "SCHILY.xattr.";
  private static final String LIBARCHIVE_XATTR = "LIBARCHIVE.xattr.";
  static final String SPARSE = "GNU.sparse.";

  private final Map<String, PaxRecord> records = new LinkedHashMap<>();

  /** In order: pairs of these two are the map of holes of GNU's format 0.0. */
  private final List<PaxRecord> sparseParts = new ArrayList<>();

  private boolean hasPax;
  private byte @Nullable [] longName;
  private byte @Nullable [] longLink;

  boolean isEmpty() {
    return !hasPax && longName == null && longLink == null;
  }

  void addPax(byte[] header) throws ArchiveException {
    if (hasPax) {
      throw new ArchiveException("two extended headers stand before one entry");
    }
    hasPax = true;
    for (PaxRecord pax : PaxRecords.parse(header)) {
      if (pax.keyword().equals(SPARSE + "offset") || pax.keyword().equals(SPARSE + "numbytes")) {
        sparseParts.add(pax);
      } else {
        records.put(pax.keyword(), pax);
      }
    }
  }

  void addLongName(byte[] name) throws ArchiveException {
    if (longName != null) {
      throw new ArchiveException("two long names stand before one entry");
    }
    longName = withoutZeros(name);
  }

  void addLongLink(byte[] link) throws ArchiveException {
    if (longLink != null) {
      throw new ArchiveException("two long link targets stand before one entry");
    }
    longLink = withoutZeros(link);
  }

  private static byte[] withoutZeros(byte[] text) {
    int end = text.length;
    while (end > 0 && text[end - 1] == 0) {
      end--;
    }
    return Arrays.copyOf(text, end);
  }

  Name name(byte[] inHeader) throws ArchiveException {
    byte[] name = text("path", longName, inHeader);
    PaxRecord ofSparse = records.get(SPARSE + "name");
    return nameOf("name", ofSparse == null ? name : ofSparse.value());
  }

  Name link(byte[] inHeader) throws ArchiveException {
    return nameOf("link target", text("linkpath", longLink, inHeader));
  }

  private byte[] text(String keyword, byte @Nullable [] ofGnu, byte[] inHeader)
      throws ArchiveException {
    byte[] inPax = value(keyword);
    if (ofGnu == null) {
      return inPax == null ? inHeader : inPax;
    }
    if (inPax != null) {
      // Programs do not agree on which of the two counts.
      throw new ArchiveException("it has two long names: a " + keyword + " and an entry of GNU's");
    }
    return ofGnu;
  }

  /** Returns the value of a record; an empty one takes back what was said, and counts as none. */
  private byte @Nullable [] value(String keyword) {
    PaxRecord pax = records.get(keyword);
    return pax == null || pax.value().length == 0 ? null : pax.value();
  }

  static Name nameOf(String what, byte[] bytes) throws ArchiveException {
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == 0) {
        throw new ArchiveException(
            "its %s holds a NUL, after %s"
                .formatted(what, ArchiveException.quote(Name.of(Arrays.copyOf(bytes, i)))));
      }
    }
    return Name.of(bytes);
  }

  /** Returns a number that is not negative; the one in the header when there is no record. */
  long count(String keyword, long inHeader) throws ArchiveException {
    PaxRecord pax = records.get(keyword);
    return pax == null || pax.value().length == 0
        ? inHeader
        : PaxRecords.count(keyword, pax.text());
  }

  boolean has(String keyword) {
    return records.containsKey(keyword);
  }

  TarEntry.FileTime mtime(TarEntry.FileTime inHeader) throws ArchiveException {
    PaxRecord pax = records.get("mtime");
    return pax == null || pax.value().length == 0 ? inHeader : PaxRecords.time("mtime", pax.text());
  }

  /** Returns the text of a record, empty without one. */
  String text(String keyword) {
    PaxRecord pax = records.get(keyword);
    return pax == null ? "" : pax.text();
  }

  List<PaxRecord> sparseParts() {
    return sparseParts;
  }

  /** Returns the extended attributes, each once. */
  List<Attribute> attributes() throws ArchiveException {
    Map<Name, Attribute> attributes = new LinkedHashMap<>();
    for (PaxRecord pax : records.values()) {
      if (pax.keyword().startsWith(LIBARCHIVE_XATTR)) {
        add(attributes, ofLibarchive(pax));
      }
    }
    for (PaxRecord pax : records.values()) {
      if (pax.keyword().startsWith(SCHILY_XATTR)) {
        String name = pax.keyword().substring(SCHILY_XATTR.length());
        // As GNU tar does, since a keyword ends at the first equals sign.
        String decoded = name.replace("%3D", "=").replace("%25", "%");
        byte[] bytes = decoded.getBytes(StandardCharsets.ISO_8859_1);
        add(attributes, new Attribute(Name.of(bytes), pax.value()));
      }
    }
    return List.copyOf(attributes.values());
  }

  private static void add(Map<Name, Attribute> attributes, Attribute attribute) {
    attributes.put(attribute.name(), attribute);
  }

  /** libarchive writes the name as in a URL and the value in base 64. */
  private static Attribute ofLibarchive(PaxRecord pax) throws ArchiveException {
    try {
      String name = pax.keyword().substring(LIBARCHIVE_XATTR.length());
      // A plus sign stands for itself there.
      String decoded = URLDecoder.decode(name.replace("+", "%2B"), StandardCharsets.ISO_8859_1);
      byte[] bytes = decoded.getBytes(StandardCharsets.ISO_8859_1);
      return new Attribute(
          nameOf("attribute's name", bytes), Base64.getDecoder().decode(pax.value()));
    } catch (IllegalArgumentException e) {
      throw new ArchiveException("its attribute " + pax.keyword() + " is not encoded as it should");
    }
  }
}
