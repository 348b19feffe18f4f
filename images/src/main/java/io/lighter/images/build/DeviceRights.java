package io.lighter.images.build;

import io.lighter.images.cdi.CdiDevice;
import java.util.Map;

/**
 * The devices that commands of a build may use, beside those whose files allow them to all.
 *
 * @param all every device
 * @param names what is asked for, a kind or a device, and the device that is given for it: another
 *     one when the name is an alias
 */
public record DeviceRights(boolean all, Map<String, String> names) {
  /** None. */
  public static final DeviceRights NONE = new DeviceRights(false, Map.of());

  public DeviceRights {
    names = Map.copyOf(names);
  }

  /** Returns the device that a name stands for. */
  String meant(String asked) {
    return names.getOrDefault(asked, asked);
  }

  /** Tells whether a device may be used that was found by a name. */
  boolean allow(CdiDevice device, String asked) {
    return all
        || device.isAutomaticallyAllowed()
        || names.containsKey(asked)
        || names.containsKey(device.fullName())
        || names.containsKey(device.kind());
  }
}
