package io.lighter.runtime.logs.read;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** How the entries of a file are written. Immutable, thread-safe. */
interface RecordFormat {
  /**
   * Finds out how long the entry is that begins at the buffer's position.
   *
   * @return in bytes; 0 when not all of it is there, and -1 when what is there is no entry and
   *     nothing behind it can be one
   */
  int lengthOf(ByteBuffer bytes);

  /** Reads the entry that the buffer holds just; null when it is none, and is to be left out. */
  @Nullable LogRecord read(ByteBuffer entry);

  /** Returns whether every newline in a file ends an entry, and nothing else does. */
  boolean isByLines();
}
