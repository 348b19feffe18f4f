package io.lighter.runtime.criu;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a dump and its restore have in common; both must be told the same.
 *
 * @param program the file of CRIU; null to have {@code criu} looked for where the host's programs
 *     are
 * @param images the folder of the images, absolute
 * @param work the folder of the log, absolute; null for that of the images
 * @param extUnixSk whether Unix sockets may be connected with processes outside
 * @param shellJob whether processes may belong to a session and a terminal outside
 * @param fileLocks whether locks of files are kept
 * @param linkRemap whether a dump gives files of the container another name for a while that are
 *     open under none; a restore takes it away again
 * @param emptyNetwork whether the network namespace is made anew, with nothing in it, for a hook to
 *     fill
 */
public record CriuSettings(
    @Nullable Path program,
    Path images,
    @Nullable Path work,
    boolean extUnixSk,
    boolean shellJob,
    boolean fileLocks,
    boolean linkRemap,
    boolean emptyNetwork) {
  public CriuSettings {
    if (!images.isAbsolute() || (work != null && !work.isAbsolute())) {
      throw new IllegalArgumentException("the folders of CRIU must be absolute: " + images);
    }
  }

  /** Settings with everything off. */
  public static CriuSettings of(Path images) {
    return new CriuSettings(null, images, null, false, false, false, false, false);
  }

  /** Returns the same with another CRIU. */
  public CriuSettings withProgram(@Nullable Path file) {
    return new CriuSettings(
        file, images, work, extUnixSk, shellJob, fileLocks, linkRemap, emptyNetwork);
  }
}
