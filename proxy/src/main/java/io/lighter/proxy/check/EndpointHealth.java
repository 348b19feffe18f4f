package io.lighter.proxy.check;

import org.jspecify.annotations.Nullable;

/**
 * What is known of one endpoint of one service.
 *
 * @param up whether it gets connections
 * @param inRow how many answers in a row were the other way
 * @param problem the last that was wrong; null while nothing is
 */
record EndpointHealth(boolean up, int inRow, @Nullable String problem) {
  /** Endpoints are believed to work until they are found not to. */
  static final EndpointHealth UNKNOWN = new EndpointHealth(true, 0, null);

  /** The same after one more answer. */
  EndpointHealth after(@Nullable String wrong, int rise, int fall) {
    boolean works = wrong == null;
    if (works == up) {
      return new EndpointHealth(up, 0, works ? null : wrong);
    }
    int count = inRow + 1;
    return count >= (works ? rise : fall)
        ? new EndpointHealth(works, 0, wrong)
        : new EndpointHealth(up, count, works ? problem : wrong);
  }
}
