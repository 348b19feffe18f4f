package io.lighter.bench.memory;

import io.lighter.runtime.spec.Memory;
import io.lighter.runtime.spec.Resources;
import io.lighter.runtime.spec.Spec;

/** Specifications with a limit of memory. */
final class Limits {
  /** No limit. */
  static final long NONE = 0;

  private Limits() {}

  static Spec apply(Spec spec, long limit) {
    if (limit == NONE) {
      return spec;
    }
    Memory memory = Memory.NONE.with(m -> m.limit = limit);
    Resources resources = Resources.NONE.with(r -> r.memory = memory);
    return spec.with(s -> s.linux = spec.linuxOrEmpty().with(l -> l.resources = resources));
  }
}
