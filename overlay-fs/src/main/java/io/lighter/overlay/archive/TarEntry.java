package io.lighter.overlay.archive;

import io.lighter.linux.Name;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One file of an archive, without its content.
 *
 * @param name as the archive has it; nothing is checked but that it holds no NUL
 * @param link the target of a symbolic or hard link, otherwise empty
 * @param mode permissions, 0 to 07777
 * @param uid 0 to 2^32-2
 * @param gid 0 to 2^32-2
 * @param device of {@link io.lighter.linux.DeviceNumber}, otherwise 0
 * @param size of the file, its holes included, in bytes; 0 for all but files
 * @param sparse where the file has content; null when it has no holes
 */
record TarEntry(
    EntryType type,
    Name name,
    Name link,
    int mode,
    long uid,
    long gid,
    FileTime mtime,
    long device,
    long size,
    @Nullable SparseMap sparse,
    List<Attribute> attributes) {

  static final Name NO_LINK = Name.of("");

  /**
   * A point in time.
   *
   * @param seconds since 1970, negative before
   * @param nanos 0 to 999,999,999, after that second
   */
  record FileTime(long seconds, int nanos) {}

  /** An extended attribute. Its value is not text, and two are never compared. */
  @SuppressWarnings("ArrayRecordComponent")
  record Attribute(Name name, byte[] value) {}

  /** Returns how many bytes of content stand in the archive. */
  long storedSize() {
    return sparse == null ? size : sparse.storedSize();
  }
}
