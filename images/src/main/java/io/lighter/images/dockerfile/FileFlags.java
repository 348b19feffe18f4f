package io.lighter.images.dockerfile;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The flags that ADD and COPY share, as written.
 *
 * @param chown user and group, null for 0:0
 * @param chmod permissions, null for those of the source
 * @param link the files make a layer that does not depend on those below
 * @param exclude patterns of what is left out
 */
public record FileFlags(
    @Nullable String chown, @Nullable String chmod, boolean link, List<String> exclude) {
  public FileFlags {
    exclude = List.copyOf(exclude);
  }
}
