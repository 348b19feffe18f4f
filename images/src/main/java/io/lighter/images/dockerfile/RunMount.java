package io.lighter.images.dockerfile;

import org.jspecify.annotations.Nullable;

/** A {@code RUN --mount} whose variables have been substituted. */
public sealed interface RunMount {
  /** How commands that run at the same time use a cache. */
  enum Sharing {
    /** All use it at once. */
    SHARED,
    /** Each has its own. */
    PRIVATE,
    /** One after the other. */
    LOCKED
  }

  /** Who may do what with a file: permissions, owner, group. */
  record Access(int mode, int uid, int gid) {}

  /**
   * Files of the context, of a stage or of an image. What is written to them is thrown away.
   *
   * @param from null for the context
   */
  record Bind(@Nullable String from, String source, String target, boolean readOnly)
      implements RunMount {}

  /**
   * A folder that outlives the build.
   *
   * @param from what it begins with, null for nothing
   */
  record Cache(
      String id,
      String target,
      boolean readOnly,
      Sharing sharing,
      @Nullable String from,
      String source,
      Access access)
      implements RunMount {}

  /**
   * Memory.
   *
   * @param size in bytes, 0 for no limit
   */
  record Tmpfs(String target, long size) implements RunMount {}

  /**
   * A secret.
   *
   * @param target null for none, when it is a variable only
   * @param variable the environment variable, null for none
   */
  record Secret(
      String id,
      @Nullable String target,
      @Nullable String variable,
      boolean required,
      Access access)
      implements RunMount {}

  /**
   * A socket of an SSH agent.
   *
   * @param target null for {@code /run/buildkit/ssh_agent.N}
   */
  record Ssh(String id, @Nullable String target, boolean required, Access access)
      implements RunMount {}

  /**
   * Substitutes the variables of a mount and reads its values.
   *
   * @throws SyntaxException a value that cannot be
   */
  static RunMount of(MountSpec spec, WordExpander expander) {
    return new RunMountReader(spec, expander).read();
  }
}
