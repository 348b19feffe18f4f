package io.lighter.images.registry.server.access;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who asks, as far as was proved.
 *
 * @param user null for somebody who has not said
 * @param grants of a token, to which it is limited; null when it is not
 */
public record Identity(@Nullable String user, @Nullable List<Grant> grants) {
  /** Somebody. */
  public static final Identity ANONYMOUS = new Identity(null, null);
}
