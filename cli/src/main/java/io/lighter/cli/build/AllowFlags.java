package io.lighter.cli.build;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.options.CsvFields;
import io.lighter.images.build.DeviceRights;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The values of {@code --allow}.
 *
 * @param insecure {@code security.insecure}
 * @param devices those of the right "device", which is all, or of "device=NAME[,alias=NAME]"
 */
record AllowFlags(boolean insecure, DeviceRights devices) {
  private static final String DEVICE = "device";
  private static final String ALIAS = "alias=";

  static AllowFlags of(Flags flags) {
    boolean insecure = false;
    boolean allDevices = false;
    Map<String, String> devices = new LinkedHashMap<>();
    for (String text : flags.all("allow")) {
      if (text.startsWith(DEVICE + "=")) {
        addDevice(flags, text, devices);
        continue;
      }
      for (String right : text.split(",", -1)) {
        switch (right) {
          case "security.insecure" -> insecure = true;
          case DEVICE -> allDevices = true;
          case "network.host" -> {
            // It is what commands have anyway.
          }
          default ->
              throw flags.invalid(
                  "allow", text, "it is security.insecure, network.host, device or device=NAME");
        }
      }
    }
    return new AllowFlags(insecure, new DeviceRights(allDevices, devices));
  }

  private static void addDevice(Flags flags, String text, Map<String, String> devices) {
    List<String> fields = CsvFields.split(text.substring(DEVICE.length() + 1));
    String device = fields.getFirst();
    String asked = device;
    for (String field : fields.subList(1, fields.size())) {
      if (!field.startsWith(ALIAS) || field.equals(ALIAS)) {
        throw flags.invalid("allow", text, "a device has alias=NAME, not " + field);
      }
      asked = field.substring(ALIAS.length());
    }
    if (device.isEmpty()) {
      throw flags.invalid("allow", text, "it has no name of a device");
    }
    devices.put(asked, device);
  }
}
