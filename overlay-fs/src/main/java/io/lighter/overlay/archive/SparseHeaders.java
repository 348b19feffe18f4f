package io.lighter.overlay.archive;

import static io.lighter.overlay.archive.ExtendedHeader.SPARSE;

import io.lighter.overlay.archive.PaxRecords.PaxRecord;
import java.io.IOException;
import java.util.List;

/**
 * Reads the maps of holes of GNU tar, in its four formats.
 *
 * @see <a href="https://www.gnu.org/software/tar/manual/html_node/Sparse-Formats.html">GNU tar,
 *     "Storing Sparse Files"</a>
 */
final class SparseHeaders {
  /** Where the pairs of offset and length are, in a header of type S and in the blocks after it. */
  private static final int IN_HEADER = 386;

  private static final int PAIRS_IN_HEADER = 4;
  private static final int HEADER_HAS_MORE = 482;
  private static final int PAIRS_IN_BLOCK = 21;
  private static final int BLOCK_HAS_MORE = 504;
  private static final int NUMBER_SIZE = 12;

  private final ArchiveInput input;
  private final int maxBytes;

  SparseHeaders(ArchiveInput input, int maxBytes) {
    this.input = input;
    this.maxBytes = maxBytes;
  }

  /** Returns whether records speak of a file with holes. */
  static boolean isIn(ExtendedHeader extended) {
    return extended.has(SPARSE + "major")
        || extended.has(SPARSE + "map")
        || !extended.sparseParts().isEmpty();
  }

  /** Reads the map of an entry of type S, and the blocks after its header. */
  SparseMap ofHeader(HeaderBlock header) throws IOException {
    SparseMap map = new SparseMap();
    addPairs(header, IN_HEADER, PAIRS_IN_HEADER, map);
    boolean more = header.bytes[HEADER_HAS_MORE] != 0;
    HeaderBlock block = new HeaderBlock();
    for (int bytes = 0; more; bytes += HeaderBlock.SIZE) {
      requireRoom(bytes + HeaderBlock.SIZE);
      input.readFully(block.bytes, 0, HeaderBlock.SIZE);
      addPairs(block, 0, PAIRS_IN_BLOCK, map);
      more = block.bytes[BLOCK_HAS_MORE] != 0;
    }
    return map;
  }

  private static void addPairs(HeaderBlock block, int start, int pairs, SparseMap map)
      throws ArchiveException {
    for (int i = 0; i < pairs; i++) {
      int at = start + 2 * NUMBER_SIZE * i;
      if (block.bytes[at] == 0) {
        return;
      }
      long offset = block.number(at, NUMBER_SIZE, "its map of holes");
      map.add(offset, block.number(at + NUMBER_SIZE, NUMBER_SIZE, "its map of holes"));
    }
  }

  /** Reads the map of records: formats 0.0 and 0.1. */
  static SparseMap ofRecords(ExtendedHeader extended) throws ArchiveException {
    SparseMap map = new SparseMap();
    if (extended.has(SPARSE + "map")) {
      String[] numbers = extended.text(SPARSE + "map").split(",", -1);
      for (int i = 0; i + 1 < numbers.length; i += 2) {
        add(map, numbers[i], numbers[i + 1]);
      }
      if (numbers.length % 2 != 0) {
        throw new ArchiveException("its map of holes has an odd number of numbers");
      }
      return map;
    }
    List<PaxRecord> parts = extended.sparseParts();
    for (int i = 0; i < parts.size(); i += 2) {
      if (i + 1 == parts.size()
          || !parts.get(i).keyword().endsWith("offset")
          || !parts.get(i + 1).keyword().endsWith("numbytes")) {
        throw new ArchiveException("its map of holes has an offset without a length");
      }
      add(map, parts.get(i).text(), parts.get(i + 1).text());
    }
    return map;
  }

  private static void add(SparseMap map, String offset, String length) throws ArchiveException {
    String what = "its map of holes";
    map.add(PaxRecords.count(what, offset), PaxRecords.count(what, length));
  }

  /**
   * Reads the map that stands before the content: format 1.0. Decimal numbers with a newline each,
   * how many pairs and then the pairs, in whole blocks.
   *
   * @param stored bytes of the map and the content
   * @return how many bytes the map took
   */
  long ofContent(SparseMap map, long stored) throws IOException {
    Digits digits = new Digits(stored);
    long pairs = digits.next();
    for (long i = 0; i < pairs; i++) {
      long offset = digits.next();
      map.add(offset, digits.next());
    }
    return digits.bytes;
  }

  private final class Digits {
    private final byte[] block = new byte[HeaderBlock.SIZE];
    private final long stored;
    private int at = block.length;
    int bytes;

    Digits(long stored) {
      this.stored = stored;
    }

    long next() throws IOException {
      StringBuilder number = new StringBuilder();
      for (char digit = nextByte(); digit != '\n'; digit = nextByte()) {
        number.append(digit);
        if (number.length() > 20) {
          throw new ArchiveException("its map of holes has no number where one should be");
        }
      }
      return PaxRecords.count("its map of holes", number.toString());
    }

    private char nextByte() throws IOException {
      if (at == block.length) {
        bytes += block.length;
        requireRoom(bytes);
        if (bytes > stored) {
          throw new ArchiveException("its map of holes is longer than its content");
        }
        input.readFully(block, 0, block.length);
        at = 0;
      }
      return (char) (block[at++] & 0xff);
    }
  }

  private void requireRoom(int bytes) throws ArchiveException {
    if (bytes > maxBytes) {
      throw new ArchiveException(
          "its map of holes has more than %d bytes (maxHeaderBytes)".formatted(maxBytes));
    }
  }
}
