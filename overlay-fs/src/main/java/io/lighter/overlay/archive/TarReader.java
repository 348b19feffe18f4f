package io.lighter.overlay.archive;

import io.lighter.linux.DeviceNumber;
import io.lighter.linux.Name;
import io.lighter.overlay.archive.HeaderBlock.Field;
import io.lighter.overlay.archive.PaxRecords.PaxRecord;
import io.lighter.overlay.archive.TarEntry.FileTime;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The entries of an archive, one after the other: ustar, pax, GNU's long names and sparse files.
 *
 * <p>It is strict. What two programs would read in two ways is an error, since a scanner and we
 * must not see different files in one image: a wrong checksum, two names for an entry, a missing
 * end, something after the end. Memory is bounded by {@link ExtractionLimits}. Not thread-safe.
 */
final class TarReader {
  private static final long MAX_ID = 0xffff_fffeL;

  private final ArchiveInput input;
  private final ExtractionLimits limits;
  private final HeaderBlock header = new HeaderBlock();
  private final SparseHeaders sparseHeaders;
  private long entries;
  private long headers;

  /** What is left of the content of the current entry, and of the zeros after it. */
  private long content;

  private long padding;

  TarReader(InputStream in, ExtractionLimits limits) {
    this.input = new ArchiveInput(in, limits.maxArchiveBytes());
    this.limits = limits;
    this.sparseHeaders = new SparseHeaders(input, limits.maxHeaderBytes());
  }

  /** Returns how many entries there were, without extended headers. */
  long entries() {
    return entries;
  }

  /** Returns how many bytes were read. */
  long position() {
    return input.position();
  }

  /** Goes to the next entry, whatever is left of the current one; returns null at the end. */
  @Nullable TarEntry next() throws IOException {
    skipContent();
    ExtendedHeader extended = new ExtendedHeader();
    int extendedBytes = 0;
    while (nextHeader(extended)) {
      long start = input.position() - HeaderBlock.SIZE;
      Name name;
      try {
        header.check();
        if (isExtended(header.type())) {
          int size = extendedSize(extendedBytes);
          extendedBytes += size;
          addTo(extended, header.type(), size);
          continue;
        }
        name = extended.name(header.name());
      } catch (ArchiveException e) {
        throw ArchiveException.at(start, e);
      }
      entries++;
      try {
        return entry(name, extended);
      } catch (ArchiveException e) {
        throw ArchiveException.of(name, e);
      }
    }
    return null;
  }

  private static boolean isExtended(char type) {
    return type == 'x' || type == 'g' || type == 'L' || type == 'K';
  }

  private boolean nextHeader(ExtendedHeader extended) throws IOException {
    if (!input.readBlock(header.bytes)) {
      throw new ArchiveException(
          "the archive is cut off: it ends after %d bytes without an end mark"
              .formatted(input.position()));
    }
    if (header.isZero()) {
      if (!extended.isEmpty()) {
        throw new ArchiveException("the archive ends after an extended header");
      }
      // A second block of zeros is the rule; some programs write one, and many fill up to 10 KiB.
      input.expectZerosToEnd();
      return false;
    }
    if (++headers > limits.maxEntries()) {
      throw new ArchiveException(
          "the archive has more than %d entries (maxEntries)".formatted(limits.maxEntries()));
    }
    return true;
  }

  private int extendedSize(int before) throws ArchiveException {
    long size = header.count(Field.SIZE);
    if (size > limits.maxHeaderBytes() - before) {
      throw new ArchiveException(
          "its extended header has more than %d bytes (maxHeaderBytes): %d"
              .formatted(limits.maxHeaderBytes(), before + size));
    }
    return (int) size;
  }

  private void addTo(ExtendedHeader extended, char type, int size) throws IOException {
    byte[] bytes = new byte[size];
    input.readFully(bytes, 0, size);
    input.skip(paddingOf(size));
    switch (type) {
      case 'x' -> extended.addPax(bytes);
      case 'L' -> extended.addLongName(bytes);
      case 'K' -> extended.addLongLink(bytes);
      default -> {
        // git archive writes the commit's name so. Other programs do not agree on whether a global
        // record counts.
        for (PaxRecord pax : PaxRecords.parse(bytes)) {
          if (!pax.keyword().equals("comment")) {
            throw new ArchiveException(
                "its global extended header sets " + pax.keyword() + ", which is not supported");
          }
        }
      }
    }
  }

  private TarEntry entry(Name name, ExtendedHeader extended) throws IOException {
    char flag = header.type();
    EntryType type = type(flag, name);
    boolean hasLink = type == EntryType.HARD_LINK || type == EntryType.SYMBOLIC_LINK;
    Name link = hasLink ? extended.link(header.text(Field.LINK_NAME)) : TarEntry.NO_LINK;
    int mode = (int) (header.number(Field.MODE) & 07777);
    long uid = id("uid", Field.UID, extended);
    long gid = id("gid", Field.GID, extended);
    FileTime mtime = extended.mtime(new FileTime(header.number(Field.MTIME), 0));
    long device = type.isDevice() ? device() : 0;
    // The size of what is no file is not always 0; there is no content all the same.
    long stored = type == EntryType.FILE ? extended.count("size", header.count(Field.SIZE)) : 0;
    long size = stored;
    SparseMap sparse = null;
    if (type == EntryType.FILE && (flag == 'S' || SparseHeaders.isIn(extended))) {
      size = realSize(flag, extended);
      sparse = sparse(flag, extended, size, stored);
    } else {
      open(stored, paddingOf(stored));
    }
    if (size > limits.maxFileBytes()) {
      throw new ArchiveException(
          "it has %d bytes, more than %d (maxFileBytes)".formatted(size, limits.maxFileBytes()));
    }
    return new TarEntry(
        type, name, link, mode, uid, gid, mtime, device, size, sparse, extended.attributes());
  }

  private static EntryType type(char flag, Name name) throws ArchiveException {
    return switch (flag) {
      // Archives from before ustar have folders as files whose name ends with a slash.
      case '0', '\0' -> endsWithSlash(name) ? EntryType.FOLDER : EntryType.FILE;
      case '7', 'S' -> EntryType.FILE;
      case '1' -> EntryType.HARD_LINK;
      case '2' -> EntryType.SYMBOLIC_LINK;
      case '3' -> EntryType.CHARACTER_DEVICE;
      case '4' -> EntryType.BLOCK_DEVICE;
      case '5' -> EntryType.FOLDER;
      case '6' -> EntryType.FIFO;
      default ->
          throw new ArchiveException(
              "it is of type %s, which is not supported"
                  .formatted(flag > ' ' && flag < 0x7f ? "'" + flag + "'" : "" + (int) flag));
    };
  }

  private static boolean endsWithSlash(Name name) {
    return name.length() > 0 && name.byteAt(name.length() - 1) == '/';
  }

  private long id(String keyword, Field field, ExtendedHeader extended) throws ArchiveException {
    // -1 leaves an owner as it is, so it names nobody; what is larger would be cut by the kernel.
    long id = extended.count(keyword, header.number(field));
    if (id < 0 || id > MAX_ID) {
      throw new ArchiveException("its " + keyword + " is not from 0 to 2^32-2: " + id);
    }
    return id;
  }

  private long device() throws ArchiveException {
    long major = header.number(Field.DEVICE_MAJOR);
    long minor = header.number(Field.DEVICE_MINOR);
    if (major < 0 || major > 0xfff || minor < 0 || minor > 0xfffff) {
      throw new ArchiveException("Linux has no device %d:%d".formatted(major, minor));
    }
    return DeviceNumber.of(major, minor);
  }

  private long realSize(char flag, ExtendedHeader extended) throws ArchiveException {
    if (flag == 'S') {
      return header.count(Field.REAL_SIZE);
    }
    String keyword = ExtendedHeader.SPARSE + "realsize";
    return PaxRecords.count(
        keyword, extended.text(extended.has(keyword) ? keyword : ExtendedHeader.SPARSE + "size"));
  }

  private SparseMap sparse(char flag, ExtendedHeader extended, long size, long stored)
      throws IOException {
    if (flag == 'S') {
      SparseMap map = sparseHeaders.ofHeader(header);
      map.check(size, stored);
      open(stored, paddingOf(stored));
      return map;
    }
    String version =
        extended.text(ExtendedHeader.SPARSE + "major")
            + "."
            + extended.text(ExtendedHeader.SPARSE + "minor");
    if (version.equals("1.0")) {
      SparseMap map = new SparseMap();
      long left = stored - sparseHeaders.ofContent(map, stored);
      map.check(size, left);
      open(left, paddingOf(stored));
      return map;
    }
    if (!version.equals(".") && !version.equals("0.0") && !version.equals("0.1")) {
      throw new ArchiveException("its map of holes is of version " + version);
    }
    SparseMap map = SparseHeaders.ofRecords(extended);
    map.check(size, stored);
    open(stored, paddingOf(stored));
    return map;
  }

  private void open(long bytes, long zeros) throws ArchiveException {
    if (bytes > limits.maxArchiveBytes()) {
      throw new ArchiveException(
          "it has %d bytes, more than an archive may have (maxArchiveBytes)".formatted(bytes));
    }
    content = bytes;
    padding = zeros;
  }

  private static long paddingOf(long bytes) {
    return -bytes & (HeaderBlock.SIZE - 1);
  }

  /**
   * Reads some of the content of the current entry.
   *
   * @param max how many bytes at most, 1 and more
   * @return 1 and more, or 0 when nothing is left
   */
  int read(MemorySegment target, long max) throws IOException {
    if (content == 0) {
      return 0;
    }
    int bytes = input.read(target, Math.min(max, content));
    content -= bytes;
    return bytes;
  }

  /** Passes over what is left of the current entry. */
  void skipContent() throws IOException {
    input.skip(content);
    content = 0;
    input.skip(padding);
    padding = 0;
  }
}
