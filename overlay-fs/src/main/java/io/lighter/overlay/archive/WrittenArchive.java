package io.lighter.overlay.archive;

import java.util.HexFormat;

/**
 * What was written.
 *
 * @param sha256 of all bytes, 64 hexadecimal digits
 * @param bytes of the archive
 * @param entries of the archive
 * @param sockets that were left out, since tar has no type for them
 */
public record WrittenArchive(String sha256, long bytes, long entries, long sockets) {

  static WrittenArchive of(byte[] sha256, long bytes, long entries, long sockets) {
    return new WrittenArchive(HexFormat.of().formatHex(sha256), bytes, entries, sockets);
  }

  /** Returns the digest as image configurations have it: {@code sha256:...}. */
  public String diffId() {
    return "sha256:" + sha256;
  }
}
