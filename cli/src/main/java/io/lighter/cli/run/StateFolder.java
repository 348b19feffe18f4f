package io.lighter.cli.run;

import io.lighter.runtime.rootless.RootlessException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the writable layers of running containers lie: what {@code LIGHTER_STATE} says, or else
 * {@code /var/lib/lighter} for root, and for another user {@code lighter} in the user's folder for
 * data, where that is the user's own, or {@code /tmp/lighter-UID}.
 *
 * @see <a href="https://specifications.freedesktop.org/basedir-spec/latest/">XDG Base Directory
 *     Specification</a>, {@code XDG_DATA_HOME}
 */
public final class StateFolder {
  private static final String STATE = "LIGHTER_STATE";
  private static final Path OF_ROOT = Path.of("/var/lib/lighter");
  private static final Set<PosixFilePermission> PRIVATE =
      PosixFilePermissions.fromString("rwx------");

  private final Map<String, String> variables;
  private final Path folder;
  private final Path temporary;

  /**
   * Prepares the choice.
   *
   * @param variables the environment
   * @param folder the working folder that a relative path counts from
   */
  public StateFolder(Map<String, String> variables, Path folder) {
    this(variables, folder, Path.of("/tmp"));
  }

  StateFolder(Map<String, String> variables, Path folder, Path temporary) {
    this.variables = variables;
    this.folder = folder;
    this.temporary = temporary;
  }

  /** Returns the folder of root, of whichever user namespace. */
  public Path ofRoot() {
    String given = variables.get(STATE);
    return given == null ? OF_ROOT : folder.resolve(given);
  }

  /**
   * Returns the environment with the choice for a user in it: in the user namespace nobody can tell
   * any more who that is.
   *
   * @throws RootlessException when the folder in {@code /tmp} is not the user's own
   */
  public Map<String, String> environmentOf(long uid) {
    Map<String, String> environment = new HashMap<>(variables);
    environment.put(STATE, of(uid).toString());
    return environment;
  }

  /**
   * Returns the folder of a user, outside of a user namespace.
   *
   * @throws RootlessException as {@link #environmentOf}
   */
  public Path ofUser(long uid) {
    return uid == 0 ? ofRoot() : of(uid);
  }

  private Path of(long uid) {
    String given = variables.get(STATE);
    if (given != null) {
      return folder.resolve(given);
    }
    try {
      Path data = dataHome();
      if (data != null && isOwn(data, uid)) {
        return data.resolve("lighter");
      }
      return own(temporary.resolve("lighter-" + uid), uid);
    } catch (IOException e) {
      throw new RootlessException("no folder for the state of containers can be had: " + e, e);
    }
  }

  /** The user's folder for data, or what of the way there exists; null when there is none. */
  private @Nullable Path dataHome() {
    Path data = absolute(variables.get("XDG_DATA_HOME"));
    if (data != null) {
      return data;
    }
    Path home = absolute(variables.get("HOME"));
    return home == null ? null : home.resolve(".local/share");
  }

  private static @Nullable Path absolute(@Nullable String path) {
    return path != null && path.startsWith("/") ? Path.of(path) : null;
  }

  /** Of HOME=/root, as after {@code su}, or of a home that does not exist, it is not. */
  private static boolean isOwn(Path folder, long uid) throws IOException {
    Path existing = folder;
    while (existing.getParent() != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    return owner(Files.getAttribute(existing, "unix:uid")) == uid && Files.isWritable(existing);
  }

  private static long owner(Object attribute) {
    return (Integer) attribute & 0xFFFF_FFFFL;
  }

  /**
   * Makes a folder where everybody may make one, or takes the one that is there if nobody else can
   * have put anything into it.
   */
  private static Path own(Path path, long uid) throws IOException {
    try {
      Files.createDirectory(path, PosixFilePermissions.asFileAttribute(PRIVATE));
    } catch (FileAlreadyExistsException e) {
      PosixFileAttributes found =
          Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      Object owner = Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
      if (!found.isDirectory() || owner(owner) != uid || !found.permissions().equals(PRIVATE)) {
        throw new RootlessException(
            path
                + " is there, but not as a folder of this user with mode 0700: somebody else may"
                + " have put it there; have it removed, or set "
                + STATE
                + " to a folder of your own",
            e);
      }
    }
    return path;
  }
}
