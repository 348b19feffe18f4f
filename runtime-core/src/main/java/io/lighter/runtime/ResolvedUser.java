package io.lighter.runtime;

import io.lighter.runtime.spec.User;
import org.jspecify.annotations.Nullable;

/**
 * A {@link UserRequest} in ids, as the container's own files have them.
 *
 * @param user uid, primary gid and supplementary groups, the primary gid first among them
 * @param home home folder, {@code /} where the passwd file names none; what the image wrote there,
 *     so not necessarily an absolute path or a folder that exists
 * @param name login name; null for an id that the passwd file does not have
 */
public record ResolvedUser(User user, String home, @Nullable String name) {}
