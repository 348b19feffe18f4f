package io.lighter.overlay.archive;

import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.Name;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;

/**
 * Puts the files of an uncompressed tar archive into a folder, as hostile as the archive may be.
 *
 * <pre>{@code
 * ArchiveExtractor layers = new ArchiveExtractor(linux, ExtractionOptions.LAYER);
 * try (InputStream tar = new GZIPInputStream(blob);
 *     Fd folder = linux.files().openat(store, name, O_PATH | O_DIRECTORY, 0)) {
 *   layers.extract(tar, folder);
 * }
 * }</pre>
 *
 * <p>Of each entry: type, content with its holes, permissions with set-user-ID, set-group-ID and
 * sticky bit, numeric owner, time of change to the nanosecond, extended attributes with
 * capabilities and ACLs. Names of users and access times are left alone, as are attributes of
 * overlayfs ({@code trusted.overlay.*}, {@code user.overlay.*}) and labels of SELinux.
 *
 * <ul>
 *   <li>Nothing outside the folder is touched, whatever names, links and types an archive has.
 *       Names that are empty, absolute, too long, or have {@code ..} or a NUL in them are an error.
 *   <li>The last entry of a name wins. A folder over a folder keeps what is in it and takes the new
 *       attributes; any other entry replaces what is there, with all that is in it.
 *   <li>A folder that is missing is made, owned by root, with permissions 0755. A symbolic link
 *       stands for the folder that it points to, as seen with the folder as {@code /}.
 *   <li>A hard link is to a file that is in the folder already, not to a folder. It keeps the
 *       attributes of that file.
 *   <li>An archive must be whole: checksums, sizes and the end mark are checked, and nothing but
 *       zeros may follow.
 * </ul>
 *
 * <p>Needs the rights to do all that: root, in practice. The heap that is used is bounded by {@link
 * ExtractionLimits}. Thread-safe; each extraction stands on its own, and two must not go into one
 * folder at once.
 */
public final class ArchiveExtractor {
  private final Linux linux;
  private final ExtractionOptions options;

  /** Extracts with these options, any number of archives. */
  public ArchiveExtractor(Linux linux, ExtractionOptions options) {
    this.linux = linux;
    this.options = options;
  }

  /**
   * Extracts into a folder.
   *
   * @param tar read to its end, and not closed
   * @param folder open for reading or with O_PATH; it stays the caller's. For {@link
   *     WhiteoutMode#OVERLAY} it is new and empty.
   * @throws ArchiveException names the entry and says why it was refused or what failed; what was
   *     made until then is left for the caller to remove
   * @throws IOException from the stream
   */
  public ExtractedArchive extract(InputStream tar, Fd folder) throws IOException {
    return extractBelow(tar, folder, Name.of(""));
  }

  /**
   * Extracts into a folder somewhere below a root. It differs from extracting into the opened
   * folder in where a symbolic link leads that is on the way of an entry: it is resolved with the
   * root as {@code /}, and may lead to any place in it.
   *
   * @param root as for {@link #extract(InputStream, Fd)}
   * @param base a path below the root without {@code ..}, which is made when it is not there
   */
  public ExtractedArchive extract(InputStream tar, Fd root, Name base) throws IOException {
    return extractBelow(tar, root, EntryPath.of(base, EntryPath.MAX_PATH).path());
  }

  private ExtractedArchive extractBelow(InputStream tar, Fd root, Name base) throws IOException {
    try (Arena arena = Arena.ofConfined();
        Extraction extraction = new Extraction(linux, options, tar, root, base, arena)) {
      return extraction.run();
    }
  }
}
