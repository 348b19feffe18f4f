package io.lighter.runtime.devices;

import io.lighter.linux.DeviceContext;
import java.util.SortedMap;

/** What a filter does with a request: the fields of the device lead to the access it grants. */
sealed interface Decision {
  /** A field of a device that is looked at. */
  enum Field {
    TYPE,
    MAJOR,
    MINOR
  }

  /**
   * The end: a request passes when it asks for nothing else.
   *
   * @param access BPF_DEVCG_ACC_ bits
   */
  record Grant(int access) implements Decision {
    static final Grant NONE = new Grant(0);
    static final Grant ALL =
        new Grant(
            DeviceContext.BPF_DEVCG_ACC_MKNOD
                | DeviceContext.BPF_DEVCG_ACC_READ
                | DeviceContext.BPF_DEVCG_ACC_WRITE);
  }

  /**
   * A look at a field.
   *
   * @param exceptions what some values lead to, by the value, 0 to 2^32-1
   * @param otherwise what all others lead to
   */
  record Table(Field field, SortedMap<Long, Decision> exceptions, Decision otherwise)
      implements Decision {}
}
